import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const binary = process.env.CCP_BINARY ?? join(root, 'build/release/claude-code-proxy');

const START_MS = 15_000;
const STOP_MS = 15_000;
const running = new Set();

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/**
 * A proxy: `url`, `stdout` and `stderr` so far, `pid`, and `exited`, its exit code or the signal that ended
 * it.
 */
class Proxy {
  url = '';
  stdout = '';
  stderr = '';

  constructor(environment, {args = [], files = {}} = {}) {
    this.cwd = mkdtempSync(join(tmpdir(), 'ccp-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.cwd, name), text);
    this.child = spawn(binary, args, {
      cwd: this.cwd,
      env: {
        PATH: process.env.PATH,
        HOME: this.cwd,
        HOST: '127.0.0.1',
        PORT: '0',
        ...sanitizers(),
        ...environment
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.child);
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      running.delete(this.child);
      rmSync(this.cwd, {recursive: true, force: true});
      return signal ?? code;
    });
    for (const stream of ['stdout', 'stderr']) {
      this.child[stream].setEncoding('utf8').on('data', (text) => {
        this[stream] += text;
      });
    }
  }

  get pid() { return this.child.pid; }

  get port() { return Number(new URL(this.url).port); }

  /** What the clients sent, parsed, as LOG_BODIES=true writes it to the log. */
  get clientBodies() {
    return [...this.stderr.matchAll(/ from the client: (.*)$/gm)].map(([, body]) => JSON.parse(body));
  }

  signal(name) { this.child.kill(name); }

  /** The first match in what stderr says, or will say. */
  said(pattern) {
    return new Promise((resolve) => {
      const look = () => {
        const match = pattern.exec(this.stderr);
        if (!match) return;
        this.child.stderr.off('data', look);
        resolve(match);
      };
      this.child.stderr.on('data', look);
      look();
    });
  }

  /** Waits for the banner's address. */
  async listening() {
    const banner = this.said(/listening on (http:\/\/127\.0\.0\.1:\d+)\b/).then((match) => match[1]);
    const url = await within(START_MS, Promise.race([banner, this.exited]));
    if (typeof url === 'string' && url.startsWith('http')) return url;
    this.child.kill('SIGKILL');
    throw new Error(
        `the proxy did not start (${url ?? `no address within ${START_MS} ms`}):\n${this.stderr}`);
  }

  /** Stops it as a service manager does. Fails when it does not end, or not with exit code 0. */
  async stop() {
    this.child.kill('SIGTERM');
    const status = await within(STOP_MS, this.exited);
    if (status === 0) return;
    this.child.kill('SIGKILL');
    throw new Error(`the proxy did not stop well (${
        status ?? `still running ${STOP_MS} ms after SIGTERM`}):\n${this.stderr}`);
  }
}

/** What a sanitized build needs to know; nothing else of our environment reaches the proxy. */
const sanitizers = () => Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(ASAN|UBSAN|TSAN|LSAN)_OPTIONS$/.test(name)));

async function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function launch(environment, options) {
  if (!existsSync(binary)) throw new Error(`${binary} does not exist: build it first, or set CCP_BINARY`);
  return new Proxy(environment, options);
}

/**
 * Starts the proxy on a free port with this environment only. Options: `args` of the command line, `files` of
 * the working directory (text by name).
 */
export async function startProxy(environment, options) {
  const proxy = launch(environment, options);
  proxy.url = await proxy.listening();
  return proxy;
}

/** A proxy in front of a fake provider. */
export const startProxyFor = (provider, environment = {}, options = {}) =>
    startProxy({OPENAI_API_KEY: provider.key, OPENAI_BASE_URL: provider.baseUrl, ...environment}, options);

/** Runs the program to its end, which is expected soon: {status, stdout, stderr}. */
export async function runToEnd(environment, options) {
  const proxy = launch(environment, options);
  const status = await within(STOP_MS, proxy.exited);
  proxy.child.kill('SIGKILL');
  return {status: status ?? `still running after ${STOP_MS} ms`, stdout: proxy.stdout, stderr: proxy.stderr};
}
