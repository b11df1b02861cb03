import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
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

/** A running proxy: `url`, `stderr` so far, `pid`. */
class Proxy {
  url = '';
  stderr = '';

  constructor(environment) {
    this.cwd = mkdtempSync(join(tmpdir(), 'ccp-'));
    this.child = spawn(binary, [], {
      cwd: this.cwd,
      env: {
        PATH: process.env.PATH,
        HOME: this.cwd,
        HOST: '127.0.0.1',
        PORT: '0',
        ...sanitizers(),
        ...environment
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.add(this.child);
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      running.delete(this.child);
      rmSync(this.cwd, {recursive: true, force: true});
      return signal ?? code;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
  }

  get pid() { return this.child.pid; }

  /** Waits for the banner's address. */
  async listening() {
    const banner = new Promise((resolve) => {
      this.child.stderr.on('data', () => {
        const url = /listening on (http:\/\/127\.0\.0\.1:\d+)\b/.exec(this.stderr)?.[1];
        if (url) resolve(url);
      });
    });
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

/** Starts the proxy on a free port, in an empty working directory, with this environment only. */
export async function startProxy(environment) {
  if (!existsSync(binary)) throw new Error(`${binary} does not exist: build it first, or set CCP_BINARY`);
  const proxy = new Proxy(environment);
  proxy.url = await proxy.listening();
  return proxy;
}

/** A proxy in front of a fake provider. */
export const startProxyFor = (provider, environment = {}) =>
    startProxy({OPENAI_API_KEY: provider.key, OPENAI_BASE_URL: provider.baseUrl, ...environment});
