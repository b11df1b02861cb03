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

/** The folder that the packages are in. */
export const nodeModules = join(installed, 'node_modules');

/** The official SDK; undefined when it is not installed. */
export const sdk = npmMissing ?
    undefined :
    await import(pathToFileURL(createRequire(join(installed, 'package.json')).resolve('@anthropic-ai/sdk')));

/** OpenAI's own tokenizer; undefined when it is not installed. */
export const tiktoken =
    npmMissing ? undefined : createRequire(join(installed, 'package.json'))('tiktoken');

/** The ranks of its o200k_base: for each token its bytes. */
export const o200kTokens = () => {
  const {bpe_ranks: ranks} = createRequire(join(installed, 'package.json'))('tiktoken/encoders/o200k_base.json');
  return ranks.split('\n').flatMap((line) => line.split(' ').slice(2)).map((token) => Buffer.from(token, 'base64'));
};

/** The Claude Code program. */
export const claudeBinary =
    join(installed, `node_modules/@anthropic-ai/claude-code-linux-${process.arch}/claude`);

/** The oldest Claude Code that is supported; only its x64 package is installed. */
export const oldestClaude = join(installed, 'node_modules/claude-code-oldest-linux-x64/claude');
export const oldestMissing = npmMissing || (!existsSync(oldestClaude) && 'the oldest Claude Code is installed for x64 only');
