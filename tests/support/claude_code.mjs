import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {claudeBinary} from './npm.mjs';

const LIMIT_MS = 90_000;

/**
 * What a headless session of Claude Code printed: its stream-json `events`, `stderr`, and how it ended
 * (`status`).
 */
class Session {
  constructor(stdout, stderr, status) {
    this.stderr = stderr;
    this.status = status;
    this.events = stdout.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  }

  /**
   * The last result event: `result` is the text the user sees, `is_error` whether the client calls it a
   * failure.
   */
  get result() { return this.events.filter((event) => event.type === 'result').at(-1); }

  /** The text of all thinking it shows. */
  get thinking() {
    const blocks = this.events.filter(({type}) => type === 'assistant').flatMap(({message}) => message.content);
    return blocks.filter(({type}) => type === 'thinking').map(({thinking}) => thinking);
  }

  /** All tool results, by tool_use_id: `{content, is_error}` as the client made them. */
  get toolResults() {
    const blocks =
        this.events.filter((event) => event.type === 'user')
            .flatMap((event) => (Array.isArray(event.message.content) ? event.message.content : []));
    return new Map(
        blocks.filter((block) => block.type === 'tool_result').map((block) => [block.tool_use_id, block]));
  }

  get controlResponses() {
    return this.events.filter((event) => event.type === 'control_response').map((event) => event.response);
  }
}

function environment(home, url) {
  return {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    IS_SANDBOX: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'any',
  };
}

/** Ends the client and all it started. */
function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** A fresh directory to work in; `remove` takes it away. */
export function workingDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'ccp-claude-'));
  return {path, remove: () => rmSync(path, {recursive: true, force: true, maxRetries: 5})};
}

/**
 * The client's standard input: stream-json messages. Without `done` each is written when the result of the one before has come, and the
 * last result ends the input. With it all are written at once, and the event of which it says so ends the input.
 */
class Input {
  #rest = '';

  constructor(stream, messages, done) {
    Object.assign(this, {stream, done});
    this.messages = [...messages];
    this.#write(done ? this.messages.length : 1);
  }

  /** Some text that the client printed. */
  read(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    lines.filter((line) => line !== '').forEach((line) => this.#event(JSON.parse(line)));
  }

  #write(count) {
    for (const message of this.messages.splice(0, count)) this.stream.write(`${JSON.stringify(message)}\n`);
  }

  #event(event) {
    if (!(this.done ? this.done(event) : event.type === 'result')) return;
    if (this.messages.length === 0) return this.stream.end();
    this.#write(1);
  }
}

/** A prompt of the user for `input`. */
export const prompt = (content) => ({type: 'user', message: {role: 'user', content}});

/**
 * Runs Claude Code headless against `url` in `cwd`, with a home of its own, and returns its Session. `input`
 * and `done`: see Input. `variables` are added to its environment. `program`: another version of it;
 * `permissions`: by which arguments it may use tools.
 */
export async function runClaude({
  url,
  cwd,
  args,
  input = [],
  done,
  variables = {},
  program = claudeBinary,
  permissions = ['--dangerously-skip-permissions'],
}) {
  const home = workingDirectory();
  const child = spawn(
      program,
      ['-p', ...args, '--output-format', 'stream-json', '--verbose', ...permissions], {
        cwd,
        env: {...environment(home.path, url), ...variables},
        detached: true,
        stdio: [input.length ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      });
  const onExit = () => killGroup(child);
  process.on('exit', onExit);
  const timer = setTimeout(onExit, LIMIT_MS);
  let stdout = '', stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const writer = input.length ? new Input(child.stdin, input, done) : undefined;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    writer?.read(text);
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  process.off('exit', onExit);
  killGroup(child);
  home.remove();
  return new Session(stdout, stderr, signal ?? code);
}
