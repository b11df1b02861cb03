import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * Mutation testing of src/translate: plants one small fault after the other in a copy of the tree and looks
 * whether a unit or golden test notices. usage: mutate.mjs [COUNT [SEED]]; exit code 1 when fewer than 90 %
 * die, or COUNT cannot be reached.
 */

const wanted = Number(process.argv[2] ?? 120);
const seed = Number(process.argv[3] ?? 1);
const NEEDED = 0.9;
const BUILD_MS = 300_000;
const TEST_MS = 60_000;  // a mutant that never ends is noticed too

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
process.on('exit', () => rmSync(copy, {recursive: true, force: true}));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** What becomes of what. */
const OPERATORS = [
  [/ == /, ' != '],
  [/ != /, ' == '],
  [/ <= /, ' < '],
  [/ >= /, ' > '],
  [/(?<![<>-]) < (?!<)/, ' <= '],
  [/(?<![<>-]) > (?!>)/, ' >= '],
  [/ && /, ' || '],
  [/ \|\| /, ' && '],
  [/\btrue\b/, 'false'],
  [/\bfalse\b/, 'true'],
  [/ \+ 1\b/, ' + 2'],
  [/ - 1\b/, ' - 0'],
  [/\bif \(!/, 'if ('],
  [/\bif \((?!!|const|auto)/, 'if (!'],
  [/\bcontinue;/, 'break;'],
  [/\bstd::min\b/, 'std::max'],
  [/\bstd::max\b/, 'std::min'],
  [/\breturn std::nullopt;/, 'return {{}};'],
  [/^(\s+)([a-z_]+(?:[.]|->))?[a-z_]+\([^;]*\);$/, '$1;'],  // a call left out
];

const inLiteral = (line, at) => (line.slice(0, at).match(/(?<!\\)"/g) ?? []).length % 2 === 1;

const inComment = (line, at) => /\s\/\/ /.test(line.slice(0, at));

/** Every fault that can be planted: {file, line (from 0), from, to}. */
function candidates() {
  const folder = join(root, 'src/translate');
  const files = readdirSync(folder).filter((name) => name.endsWith('.cc') && !name.endsWith('_test.cc'));
  return files.sort().flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    return lines.flatMap((line, i) => /^\s*(\/\/|#|constexpr|return \w+ == |assert)/.test(line) ? [] :
      OPERATORS.flatMap(([pattern, to]) => {
        const found = pattern.exec(line);
        if (!found || inLiteral(line, found.index) || inComment(line, found.index) || line.includes('warnings.add') || line.includes('reserve(')) return [];
        return [{file: `src/translate/${name}`, line: i, from: line, to: line.replace(pattern, to)}];
      }));
  });
}

/** The same order for the same seed (Fisher and Yates). */
function shuffled(list) {
  let state = seed >>> 0;
  const below = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
  for (let i = list.length - 1; i > 0; --i) {
    const j = below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

const build = () => spawnSync('ninja', ['-C', join(copy, 'build'), 'translate_test', 'golden_test'],
                              {encoding: 'utf8', timeout: BUILD_MS});
const survives = () => ['tests/golden_test', 'translate_test'].every((test) => {
  const run = spawnSync(join(copy, 'build', test), ['--gtest_brief=1', '--gtest_fail_fast'], {timeout: TEST_MS, stdio: 'ignore'});
  return run.status === 0;
});

execFileSync('sh', ['-c', `git ls-files -z | xargs -0 cp --parents -t ${copy}`], {cwd: root});
execFileSync('cmake', ['-S', copy, '-B', join(copy, 'build'), '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Debug', '-DCMAKE_CXX_FLAGS=-DNDEBUG -D_GLIBCXX_ASSERTIONS', '-DCCP_TESTS=ON'], {stdio: 'ignore'});
const first = build();
assert.equal(first.status, 0, first.stdout);
assert.ok(survives(), 'the tests fail without any fault');

const survivors = [];
let planted = 0, senseless = 0;
for (const {file, line, from, to} of shuffled(candidates())) {
  if (planted === wanted) break;
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const lines = original.split('\n');
  lines[line] = to;
  writeFileSync(path, lines.join('\n'));
  if (build().status === 0) {
    ++planted;
    if (survives()) {
      survivors.push(`${file}:${line + 1}\n  - ${from.trim()}\n  + ${to.trim()}`);
      console.log(`SURVIVED ${survivors.at(-1)}`);
    }
    if (planted % 20 === 0) console.log(`${planted} planted, ${planted - survivors.length} died`);
  } else {
    ++senseless;
  }
  writeFileSync(path, original);
}
const died = planted - survivors.length;
console.log(`${planted} mutants of ${file_count()} files, ${died} died (${(100 * died / planted).toFixed(1)} %), ${survivors.length} survived; ${
    senseless} more did not compile; seed ${seed}, ${cpus().length} processors`);
process.exitCode = planted === wanted && died >= NEEDED * planted ? 0 : 1;

function file_count() {
  return new Set(candidates().map(({file}) => file)).size;
}
