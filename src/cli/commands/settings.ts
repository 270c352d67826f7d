/** `tessera settings`: what holds for this store, where that is said, and what it does. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type Answer, answering } from "../answer.js";
import type { Effects } from "../settings-effects.js";
import type { Setting } from "../settings-values.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, table } from "../terminal.js";

interface SettingsOptions extends StoreOptions {
  readonly explain?: boolean;
}

export function settingsCommand(program: Command): void {
  storeCommand(program, "settings")
    .summary("what holds for this store, and where that is said")
    .description(
      "Lists every setting of tessera.yaml and hygiene.yaml with its value and where it comes from.",
    )
    .option("--explain", "also what each setting means, and what it does to this store")
    .addHelpText(
      "after",
      "\nExamples:\n  tessera settings\n  tessera settings --explain --data tessera-data/demo",
    )
    .action(answering("settings", listSettings));
}

async function listSettings(options: SettingsOptions): Promise<Answer<"settings">> {
  const { readSettings } = await import("../settings-file.js");
  const { hygieneValues, settingValues } = await import("../settings-values.js");
  const { readCorrections } = await import("../../collect/index.js");
  const corrections = readCorrections(options.data);
  const { library } = await readTexts(options);
  const found = await readSettings(options.data);
  const settings = [...settingValues(found, library), ...hygieneValues(corrections)];
  const effects = options.explain && hasStore(options.data) ? await explained() : undefined;
  return {
    json: {
      settings: settings.map((setting) => ({
        ...setting,
        effects: effects === undefined ? null : [...(effects.get(setting.key) ?? [])],
      })),
    },
    text: options.explain ? explanation(settings, effects) : overview(settings),
  };

  async function explained(): Promise<Effects> {
    const { settingEffects } = await import("../settings-effects.js");
    return withStore(options, (store) => settingEffects(store, settings, corrections));
  }
}

const hasStore = (folder: string): boolean =>
  process.env.CLICKHOUSE_URL !== undefined || existsSync(join(folder, "warehouse"));

function overview(settings: readonly Setting[]): string {
  const { dim } = coloursOf(process.stdout);
  const columns = [{ title: "Setting" }, { title: "Value" }, { title: "From" }];
  const rows = settings.map((s) => [
    s.key,
    valueText(s),
    s.from === "default" ? dim(s.from) : s.from,
  ]);
  return [table(columns, rows), "", "What they mean and do: tessera settings --explain"].join("\n");
}

function explanation(settings: readonly Setting[], effects: Effects | undefined): string {
  const { bold, dim } = coloursOf(process.stdout);
  const blocks = settings.map((setting) => {
    const { key, about, from } = setting;
    const usual =
      from === "default" ? "" : `, by default ${valueText({ ...setting, value: setting.default })}`;
    return [
      `${bold(key)}  ${valueText(setting)}  ${dim(`(${from}${usual})`)}`,
      dim(`  ${about}`),
      ...(effects?.get(key) ?? []).map((line) => `  ${line}`),
    ].join("\n");
  });
  const without = "There is no store here yet, so what they do is not shown.";
  return [...blocks, ...(effects === undefined ? ["", without] : [])].join("\n");
}

function valueText({ value, unit }: Setting): string {
  if (value === null) return "-";
  const units = unit === "" || typeof value !== "number" ? "" : ` ${unit}`;
  return `${short(value)}${units}`;
}

/** Lists and groups on one line, as YAML would write them. */
function short(value: unknown): string {
  if (Array.isArray(value)) return value.map((v) => (isNamed(v) ? v.name : short(v))).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${short(part)}`);
  return parts.length === 0 ? "none" : `{ ${parts.join(", ")} }`;
}

const isNamed = (value: unknown): value is { readonly name: string } =>
  typeof (value as { readonly name?: unknown } | null)?.name === "string";
