/**
 * A command line as it is sent to a server, which is in another folder: names of files are made
 * absolute. Which words are files is said by the placeholders of arguments and options, `<file>`,
 * `[files...]`, `<folder>`.
 */
import { resolve } from "node:path";
import type { Command, Option } from "commander";

const IS_FILE = /^[<[](files?|folders?)(\.\.\.)?[>\]]$/;

/** `words`: what followed `tessera`. `command`: what they were understood as. */
export function absoluteCommandLine(command: Command, words: readonly string[]): string[] {
  const path = pathOf(command);
  const rest = [...words.slice(path.length)];
  const sent: string[] = [];
  let operands = 0;
  let onlyOperands = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = "", ...said] = word.split("=");
    const option = onlyOperands ? undefined : optionOf(command, flag);
    if (option !== undefined && takesValue(option)) {
      const value = said.length > 0 ? said.join("=") : (rest.shift() ?? "");
      sent.push(flag, isFileOption(option) ? resolve(value) : value);
    } else if (onlyOperands || option === undefined) {
      sent.push(word === "--" && !onlyOperands ? word : operandOf(command, operands, word));
      if (word === "--" && !onlyOperands) onlyOperands = true;
      else operands += 1;
    } else sent.push(word);
  }
  const { data } = command.opts<{ data?: string }>();
  return [...path, ...(data === undefined ? [] : ["--data", resolve(data)]), ...sent];
}

/** `keys create` of `tessera keys create`. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag === long || flag === short);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function isFileOption({ flags }: Option): boolean {
  return IS_FILE.test(flags.split(" ").at(-1) ?? "");
}

/** The last argument may be of any number of words. */
function operandOf(command: Command, position: number, word: string): string {
  const given = command.registeredArguments;
  const argument = given[Math.min(position, given.length - 1)];
  return /^(files?|folders?)$/.test(argument?.name() ?? "") ? resolve(word) : word;
}
