import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

/** The folder tests/e2e/install fills for the present package-lock.json. */
function folder() {
  const lock = readFileSync(new URL('../e2e/package-lock.json', import.meta.url));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'claude-code-proxy', `npm-${hash}`);
}

const installed = folder();

/** Why tests that need the npm packages must be skipped, or false: what node:test's `skip` takes. */
export const npmMissing = !existsSync(join(installed, 'complete')) &&
    `the npm packages are not in ${installed}: tests/e2e/install could not reach npm, or did not run`;

/** The official SDK; undefined when it is not installed. */
export const sdk = npmMissing ?
    undefined :
    await import(pathToFileURL(createRequire(join(installed, 'package.json')).resolve('@anthropic-ai/sdk')));

/** The Claude Code program. */
export const claudeBinary =
    join(installed, `node_modules/@anthropic-ai/claude-code-linux-${process.arch}/claude`);
