import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {startProxy} from '../support/proxy.mjs';
import {cache, liteLlm, llamaCpp, ollama} from './servers.mjs';

/** What the program does in front of real servers. Prints a table; `WRITE=1` puts it into the page too. */

const PAGE = 'docs/providers/measured.md';
const CLIENT = join(cache, 'claude/node_modules/@anthropic-ai/claude-code-linux-x64');
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;
const settings = (server, more = {}) => ({
  OPENAI_BASE_URL: server.base,
  OPENAI_API_KEY: server.key ?? 'none',
  BIG_MODEL: server.model,
  SMALL_MODEL: server.model,
  REQUEST_TIMEOUT: '600',
  MIN_TOKENS_LIMIT: '1',
  MAX_TOKENS_LIMIT: '256',
  ...more
});

/** Runs a program to its end: {status, out}. */
async function run(command, args, {env, cwd, limit = 600_000}) {
  const child = spawn(command, args, {env: {PATH: process.env.PATH, ...env}, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
  }
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch { /* it has ended */
    }
  };
  process.on('exit', kill);
  const timer = setTimeout(kill, limit);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  kill();
  process.off('exit', kill);
  return {status: signal ?? code, out};
}

async function post(proxy, body) {
  const response = await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'x-api-key': 'any', 'anthropic-version': '2023-06-01'},
    body: JSON.stringify({model: 'claude-opus-5-5', max_tokens: 24, stream: true, ...body}),
  });
  const text = await response.text();
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data));
  return {status: response.status, text, events};
}

const user = (content) => [{role: 'user', content}];
const filler = (count) => Array.from({length: count}, (_, i) => `line ${i}: value ${(i * 7919) % 1000}`).join('\n');
const usageOf = (answer) => answer.events.findLast((event) => event.usage)?.usage;

const findings = (out) => out.split('\n').filter((line) => /^(FAIL|warn)/.test(line)).map((line) => line.replace(/ +/g, ' ').trim());

const CHECKS = {
  async doctor({server}) {
    const start = Date.now();
    const {status, out} = await run(process.env.CCP_BINARY, ['doctor'], {env: settings(server), cwd: server.home});
    console.error(out);
    return `exit ${status} in ${seconds(start)}; ${findings(out).join('; ') || 'nothing to look at'}`;
  },

  async explain({server}) {
    const {out} = await run(process.env.CCP_BINARY, ['explain', '--model', 'claude-opus-5-5'], {env: settings(server), cwd: server.home});
    return /^context window: .*$/m.exec(out)?.[0] ?? out.slice(0, 200);
  },

  async 'a short answer'({proxy}) {
    const start = Date.now();
    const answer = await post(proxy, {messages: user('Say hello.')});
    const text = answer.events.map((event) => event.delta?.text ?? '').join('');
    return `${answer.status}, ${text.length} characters in ${seconds(start)}, stop_reason ${
        answer.events.findLast((event) => event.delta?.stop_reason)?.delta.stop_reason}`;
  },

  async 'a tool that must be called, twice'({proxy}) {
    const tools = ['Read', 'Glob'].map((name) => ({
                                         name,
                                         description: `${name} files`,
                                         input_schema: {type: 'object', properties: {pattern: {type: 'string'}}, required: ['pattern']}
                                       }));
    const said = [];
    for (let i = 0; i < 2; ++i) {
      const answer = await post(proxy, {tools, max_tokens: 256, tool_choice: {type: 'tool', name: 'Glob'}, messages: user('Which files end in .md?')});
      const calls = answer.events.filter((event) => event.content_block?.type === 'tool_use').map((event) => event.content_block.name);
      const {stop_reason: reason} = answer.events.findLast((event) => event.delta?.stop_reason)?.delta ?? {};
      said.push(`${answer.status}, called ${calls.join(', ') || 'nothing'}, stop_reason ${reason}`);
    }
    const learned = /learned from \S+ tool_choice=\w+/.exec(proxy.stderr);
    return `${said.join('; then ')}${learned ? `; the log: ${learned[0]}` : ''}`;
  },

  async 'counts of a longer prompt'({proxy}) {
    const tokens = [];
    for (const lines of [10, 40, 80]) {
      const answer = await post(proxy, {max_tokens: 1, messages: user(`${lines}\n${filler(lines)}`)});
      tokens.push([answer.events[0].message?.usage.input_tokens, usageOf(answer)]);
    }
    return tokens.map(([told, usage]) => `${told} told, ${(usage?.input_tokens ?? 0) + (usage?.cache_read_input_tokens ?? 0)} counted`).join('; ');
  },

  async 'Claude Code 2.1.332'({server, proxy}) {
    const cwd = mkdtempSync(join(tmpdir(), 'ccp-real-claude-'));
    const start = Date.now();
    const args = ['-p', 'Say hello.', '--tools', '', '--system-prompt', 'Answer in one word.', '--strict-mcp-config', '--output-format', 'json'];
    const env = {
      HOME: cwd,
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ANTHROPIC_BASE_URL: proxy.url,
      ANTHROPIC_API_KEY: 'any'
    };
    const {status, out} = await run(join(CLIENT, 'claude'), args, {env, cwd});
    rmSync(cwd, {recursive: true, force: true, maxRetries: 5});
    const result = /\{.*"type":"result".*\}/.exec(out);
    if (!result) return `exit ${status} after ${seconds(start)}: ${out.slice(-300).replace(/\s+/g, ' ')}`;
    const {is_error, result: text, usage, num_turns} = JSON.parse(result[0]);
    return `exit ${status} in ${seconds(start)}, ${is_error ? 'an error' : 'no error'}, ${num_turns} turn, ${usage?.input_tokens} tokens of prompt: “${
        String(text).replace(/\s+/g, ' ').slice(0, 100)}”`;
  },
};

/** With a window that is too small: what becomes of prompts beyond it. */
const SMALL = {
  'doctor, 1,024 tokens': CHECKS.doctor,
  'explain, 1,024 tokens': CHECKS.explain,
  async 'a prompt beyond the window, twice'({proxy}) {
    const said = [];
    for (let i = 0; i < 2; ++i) {
      const answer = await post(proxy, {max_tokens: 4, messages: user(filler(200))});
      const error = /"message":"([^"]*)"/.exec(answer.text.match(/"type":"error".*/)?.[0] ?? '');
      said.push(`${answer.status}: ${error ? error[1] : `answered, ${usageOf(answer)?.input_tokens} tokens counted`}`);
    }
    const warning = /read only .*$/m.exec(proxy.stderr);
    return `${said.join('; then ')}${warning ? `; the log: ${warning[0]}` : ''}`;
  },
};

async function through(server, checks, rows) {
  const proxy = await startProxy(settings(server));
  for (const [name, check] of Object.entries(checks)) {
    const outcome = await check({server, proxy}).catch((error) => `failed: ${error.message.slice(0, 300)}`);
    rows.push([name, outcome]);
    console.error(`${server.name} | ${name} | ${outcome}`);
  }
  await proxy.stop().catch((error) => console.error(error.message));
}

async function withServer(server, checks, rows) {
  try {
    await through(server, checks, rows);
  } finally {
    await server.stop();
  }
  return server.name;
}

const SERVERS = {
  'llama.cpp': async (rows) => {
    await withServer(await llamaCpp({window: 1024}), SMALL, rows);
    return withServer(await llamaCpp({window: 8192}), CHECKS, rows);
  },
  ollama: async (rows) => {
    await withServer(await ollama({window: 1024}), SMALL, rows);
    return withServer(await ollama({window: 8192}), CHECKS, rows);
  },
  litellm: async (rows) => {
    const behind = await llamaCpp({window: 8192});
    try {
      return await withServer(await liteLlm(behind), CHECKS, rows);
    } finally {
      await behind.stop();
    }
  },
};

const table = (name, rows) => [`## ${name}`, '', '| what | outcome |', '| --- | --- |', ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`), ''].join('\n');

/** Takes the place of the part of the page that has the same heading up to its version. */
function write(text) {
  const first = (part) => part.split(/[ \n]/)[1];
  const [head, ...parts] = readFileSync(PAGE, 'utf8').split(/^(?=## )/m);
  const kept = parts.filter((part) => first(part) !== first(text));
  writeFileSync(PAGE, head + [...kept, text].map((part) => `${part.trimEnd()}\n`).join('\n'));
}

let failed = false;
for (const wanted of process.argv.slice(2)) {
  const rows = [['date', new Date().toISOString().slice(0, 10)]];
  const name = await SERVERS[wanted](rows).catch((error) => {
    console.error(`${wanted}: ${error.stack}`);
    failed = true;
  });
  if (!name) continue;
  console.log(table(name, rows));
  if (process.env.WRITE) write(table(name, rows));
}
process.exit(failed ? 1 : 0);
