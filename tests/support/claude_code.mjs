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
 * Runs Claude Code headless against `url` in `cwd`, with a home of its own, and returns its Session. `input`
 * are stream-json messages for its standard input; `done` says of an event whether it was the last one
 * awaited, then the input is closed.
 */
export async function runClaude({url, cwd, args, input = [], done = () => false}) {
  const home = workingDirectory();
  const child = spawn(
      claudeBinary,
      ['-p', ...args, '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions'], {
        cwd,
        env: environment(home.path, url),
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
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    const complete = stdout.split('\n').slice(0, -1);
    if (input.length && complete.some((line) => line && done(JSON.parse(line)))) child.stdin.end();
  });
  for (const message of input) child.stdin.write(`${JSON.stringify(message)}\n`);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  process.off('exit', onExit);
  killGroup(child);
  home.remove();
  return new Session(stdout, stderr, signal ?? code);
}
