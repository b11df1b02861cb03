import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

import {nodeModules, npmMissing} from './npm.mjs';

/** JSON values held against the types of the official SDK by the TypeScript compiler in strict mode. */

const run = promisify(execFile);

async function install() {
  try {
    const {stdout} = await run(fileURLToPath(new URL('../e2e/install_typescript', import.meta.url)));
    return {compiler: stdout.trim()};
  } catch ({code, stderr}) {
    if (code !== 3) throw new Error(`tests/e2e/install_typescript: ${stderr}`);
    return {missing: `no TypeScript: ${stderr.trim().split('\n').at(-1)}`};
  }
}

const {compiler, missing} = npmMissing ? {missing: npmMissing} : await install();

/** Options of a test: skipped, with the reason, when the compiler or the SDK is not installed. */
export const NEEDS_TYPES = {
  skip: missing ?? false,
  timeout: 180_000
};

const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
  module: 'nodenext',
  moduleResolution: 'nodenext',
};

/**
 * `exact`: a field that the type does not know is an error. The types without beta know less than what is sent: there a value
 * needs to have all that the type asks for, and may have more.
 */
const HEAD = `
import type {BetaErrorResponse, BetaMessage, BetaMessageTokensCount, BetaRawMessageStreamEvent} from '@anthropic-ai/sdk/resources/beta';
import type {Message, MessageTokensCount, RawMessageStreamEvent} from '@anthropic-ai/sdk/resources/messages';
const exact = {
  Message: (_: BetaMessage) => {}, Event: (_: BetaRawMessageStreamEvent) => {}, Count: (_: BetaMessageTokensCount) => {},
  Error: (_: BetaErrorResponse) => {},
};
const open = {
  Message: <T extends Message>(_: T) => {}, Event: <T extends RawMessageStreamEvent>(_: T) => {},
  Count: <T extends MessageTokensCount>(_: T) => {}, Error: <T extends BetaErrorResponse>(_: T) => {},
};
`.trim().split('\n');

const bodyOf = ({kind, value}) => ['exact', 'open'].map((way) => `${way}.${kind}(${JSON.stringify(value)});`);

/**
 * What the compiler objects to in `values`, each `{name, kind, value}` with the kind Message, Event, Count or Error: `name: error`
 * for each, in the order of the values.
 */
export async function typeErrors(values) {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-types-'));
  try {
    symlinkSync(nodeModules, join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions: OPTIONS, files: ['values.ts']}));
    writeFileSync(join(folder, 'values.ts'), [...HEAD, ...values.flatMap(bodyOf), ''].join('\n'));
    const outcome = await run(process.execPath, [compiler, '--pretty', 'false', '-p', folder], {maxBuffer: 2 ** 28}).catch((error) => error);
    return errorsOf(outcome.stdout, values, outcome);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function errorsOf(output, values, outcome) {
  const errors = [];
  for (const line of output.split('\n')) {
    const [, at, words] = /values\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
    const value = values[Math.floor((at - 1 - HEAD.length) / 2)];
    if (value) errors.push(`${value.name}: ${words}`);
    else if (words || /error TS/.test(line)) throw new Error(`the check itself: ${line}`);
    else if (errors.length && line.startsWith(' ')) errors[errors.length - 1] += `\n${line}`;
  }
  if (outcome instanceof Error && !errors.length) throw outcome;
  return errors;
}
