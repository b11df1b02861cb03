import assert from 'node:assert/strict';
import {execFile, execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

/**
 * Mutation testing of src/translate: plants one small fault after the other in a copy of the tree and looks
 * whether a unit or golden test notices. usage: mutate.mjs [COUNT [SEED]]; exit code 1 when fewer than 90 %
 * die, or COUNT cannot be reached.
 */

const wanted = Number(process.argv[2] ?? 120);
const seed = Number(process.argv[3] ?? 1);
const NEEDED = 0.9;
const FIRST_BUILD_MS = 1_800_000;
const BUILD_MS = 300_000;
const TEST_MS = 60_000;  // a mutant that never ends is noticed too

const root = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'mutation-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
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

/** Runs to the end, or for `ms`: then it is stopped and has failed. */
async function succeeds(command, args, ms) {
  try {
    await promisify(execFile)(command, args, {timeout: ms, killSignal: 'SIGKILL', maxBuffer: 2 ** 26});
    return true;
  } catch {
    return false;
  }
}

/** A copy of the tree that can be built and tested apart from the others. */
class Copy {
  constructor(name) {
    this.folder = join(work, name);
    this.built = join(this.folder, 'build');
    execFileSync('sh', ['-c', `mkdir ${this.folder} && git ls-files -z | xargs -0 cp --parents -t ${this.folder}`], {cwd: root});
    execFileSync('cmake', ['-S', this.folder, '-B', this.built, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=', '-DCMAKE_CXX_FLAGS=-O0 -DNDEBUG -D_GLIBCXX_ASSERTIONS',
                           '-DCCP_TESTS=ON'], {stdio: 'ignore'});
  }

  builds(ms = BUILD_MS) {
    return succeeds('ninja', ['-C', this.built, '-j', '1', 'translate_test', 'golden_test'], ms);
  }

  async passes() {
    for (const test of ['tests/golden_test', 'translate_test']) {
      if (!await succeeds(join(this.built, test), ['--gtest_brief=1', '--gtest_fail_fast'], TEST_MS)) return false;
    }
    return true;
  }

  /** Builds and tests with the fault in place: 'senseless' (does not compile), 'died' or 'survived'. */
  async with({file, line, to}) {
    const path = join(this.folder, file);
    const original = readFileSync(path, 'utf8');
    const lines = original.split('\n');
    lines[line] = to;
    writeFileSync(path, lines.join('\n'));
    try {
      if (!await this.builds()) return 'senseless';
      return await this.passes() ? 'survived' : 'died';
    } finally {
      writeFileSync(path, original);
    }
  }
}

const faults = shuffled(candidates());
const seen = {died: 0, survived: 0, senseless: 0};
const planted = () => seen.died + seen.survived;

async function work_off(copy) {
  assert.ok(await copy.builds(FIRST_BUILD_MS), 'the tree does not build');
  assert.ok(await copy.passes(), 'the tests fail without any fault');
  while (planted() + under_way < wanted && faults.length > 0) {
    const fault = faults.shift();
    ++under_way;
    const end = await copy.with(fault);
    --under_way;
    ++seen[end];
    if (end === 'survived') console.log(`SURVIVED ${fault.file}:${fault.line + 1}\n  - ${fault.from.trim()}\n  + ${fault.to.trim()}`);
    if (end !== 'senseless' && planted() % 20 === 0) console.log(`${planted()} planted, ${seen.died} died`);
  }
}

let under_way = 0;
const files = new Set(faults.map(({file}) => file)).size;
console.log(`${faults.length} faults can be planted in ${files} files`);
await Promise.all(cpus().map((_, i) => work_off(new Copy(String(i)))));
console.log(`${planted()} planted, ${seen.died} died (${(100 * seen.died / planted()).toFixed(1)} %), ${seen.survived} survived; ${
    seen.senseless} more did not compile; seed ${seed}, ${cpus().length} processors`);
process.exitCode = planted() >= wanted && seen.died >= NEEDED * planted() ? 0 : 1;
