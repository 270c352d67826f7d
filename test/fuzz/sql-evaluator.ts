/** The product behind the evaluator's interface: planner, compiler and the embedded engine. */

import {
  type Evaluator as Compiled,
  evaluatePeople,
  makeEvaluator,
} from "../../src/segment/membership/evaluate.js";
import { Session } from "../../src/segment/membership/run.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makeLibrary, makePlan } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS, type StoreSettings } from "../../src/segment/settings.js";
import type { Document } from "../../src/segment/syntax/index.js";
import { factRow, identityRow, supersededRow, type Warehouse } from "../../src/store/index.js";
import { type EngineName, emptyTables, engines } from "../engines.js";
import type { Evaluator } from "./evaluator.js";

const FOREVER = 9_000_000_000_000;

export async function newSqlEvaluator(name: EngineName = "chdb"): Promise<Evaluator> {
  const [engine] = engines([name]);
  if (engine === undefined) throw new Error(`no engine ${name}`);
  const warehouse: Warehouse = await engine.open();
  let settings: StoreSettings = DEFAULT_SETTINGS;
  const compiled = new Map<Document, Compiled>();
  // Keeps the tables of the stages from one instant to the next. On a server each instant has its
  // own, as one question has: a session there ends when the oracle takes its time.
  let session: Session | undefined;
  return {
    name: `SQL on ${name}`,
    load: async (history, newSettings) => {
      settings = newSettings;
      compiled.clear();
      await session?.close();
      session = name === "chdb" ? new Session(warehouse) : undefined;
      await emptyTables(warehouse);
      if (history.facts.length > 0)
        await warehouse.insert(
          "facts",
          history.facts.map((f) => factRow(f)),
        );
      if (history.superseded?.length)
        await warehouse.insert(
          "superseded",
          history.superseded.map((s) => supersededRow(s)),
        );
      if (history.identity?.length)
        await warehouse.insert(
          "identity",
          history.identity.map((l) => identityRow(l)),
        );
      await warehouse.reloadIdentity();
    },
    evaluate: async (document, at, asked) => {
      let evaluator = compiled.get(document);
      if (evaluator === undefined) {
        const { plan, diagnostics } = makePlan(makeLibrary([{ document }], settings));
        if (plan === undefined)
          throw new Error(diagnostics.map((d) => `${d.message} (${d.hint})`).join("; "));
        evaluator = makeEvaluator(plan);
        compiled.set(document, evaluator);
      }
      const { plan } = evaluator;
      const zone = { timeZone: settings.timeZone };
      const time = {
        ...zone,
        now: at.now,
        ...(at.knownAt === undefined ? {} : { knownAt: at.knownAt }),
      };
      const frozen = at.statistics ?? at;
      const statistics = await computeStatistics(
        warehouse,
        plan,
        {
          ...zone,
          now: frozen.now,
          ...(frozen.knownAt === undefined ? {} : { knownAt: frozen.knownAt }),
        },
        asked.minimumPopulation,
        asked.minimumCell,
      );
      const results = await evaluatePeople(
        warehouse,
        evaluator,
        time,
        statistics,
        asked.people === undefined ? "all" : [...asked.people],
        session,
      );
      const members = new Map<string, Set<string>>();
      const due = new Map<string, Map<string, number>>();
      plan.segments.forEach((segment, i) => {
        members.set(
          segment.name,
          new Set(results.filter((r) => r.member[i]).map((r) => String(r.person))),
        );
        due.set(
          segment.name,
          new Map(
            results
              .filter((r) => (r.due[i] ?? FOREVER) < FOREVER)
              .map((r) => [String(r.person), r.due[i] as number]),
          ),
        );
      });
      plan.families.forEach((family, i) => {
        const keyOf = (person: bigint, argument: string) => `${person}\u0000${argument}`;
        members.set(
          family.name,
          new Set(
            results.flatMap((r) =>
              (r.families[i] ?? []).filter((f) => f.member).map((f) => keyOf(r.person, f.argument)),
            ),
          ),
        );
        due.set(
          family.name,
          new Map(
            results.flatMap((r): [string, number][] => [
              ...(r.nextFact < FOREVER ? [[String(r.person), r.nextFact] as [string, number]] : []),
              ...(r.families[i] ?? [])
                .filter((f) => f.due < FOREVER)
                .map((f): [string, number] => [keyOf(r.person, f.argument), f.due]),
            ]),
          ),
        );
      });
      return { people: results.filter((r) => r.present).map((r) => r.person), members, due };
    },
    close: () => engine.close(),
  };
}
