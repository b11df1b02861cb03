import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

/** Real servers of models, each on a free port of 127.0.0.1, each ended with this process. */

export const cache = process.env.CCP_REAL;
const model = join(cache, 'model.gguf');
const START_MS = 180_000;
const running = new Set();

process.on('exit', () => running.forEach(end));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  return port;
}

/** A server: its `base` URL, its `model`, `log` so far, and `stop`. */
function launch(command, args, env, model) {
  const home = mkdtempSync(join(tmpdir(), 'ccp-real-'));
  const child = spawn(command, args, {
    cwd: home,
    env: {PATH: process.env.PATH, HOME: home, ...env},
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe']
  });
  running.add(child);
  const server = {model, home, log: '', child};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      server.log += text;
    });
  }
  server.stop = async () => {
    const closed = once(child, 'close');
    end(child);
    await closed;
    running.delete(child);
    rmSync(home, {recursive: true, force: true});
  };
  return server;
}

async function answers(server, url, headers = {}) {
  for (const until = Date.now() + START_MS; Date.now() < until; await pause(250)) {
    if (server.child.exitCode !== null) break;
    if (await fetch(url, {headers}).then((response) => response.ok, () => false)) return;
  }
  throw new Error(`the server does not answer at ${url}:\n${server.log.slice(-2000)}`);
}

const versionOf = (venv, name) =>
    execFileSync(join(cache, venv, 'bin/python'), ['-c', `import importlib.metadata as m; print(m.version("${name}"))`])
        .toString()
        .trim();

/** llama.cpp's server with a window of `window` tokens. */
export async function llamaCpp({window}) {
  const script = fileURLToPath(new URL('llama_server.py', import.meta.url));
  const server = launch(join(cache, 'venv-llama/bin/python'), [script, model, String(window), '1'], {}, 'qwen2.5-coder-0.5b');
  for (const until = Date.now() + START_MS; Date.now() < until && !server.base; await pause(100)) {
    const address = /^(http:\/\/127\.0\.0\.1:\d+)$/m.exec(server.log);
    if (address) server.base = `${address[1]}/v1`;
  }
  if (!server.base) throw new Error(`llama.cpp did not start:\n${server.log.slice(-2000)}`);
  await answers(server, `${server.base}/models`);
  server.name = `llama.cpp (xllamacpp ${versionOf('venv-llama', 'xllamacpp')})`;
  return server;
}

const MODELFILE = `FROM ${model}
TEMPLATE """{{- if or .System .Tools }}<|im_start|>system
{{ .System }}
{{- if .Tools }}

You may call one or more functions. Function signatures are within <tools></tools>:
<tools>
{{- range .Tools }}
{"type": "function", "function": {{ .Function }}}
{{- end }}
</tools>
For each call return a JSON object with name and arguments within <tool_call></tool_call>:
<tool_call>
{"name": NAME, "arguments": ARGUMENTS}
</tool_call>
{{- end }}<|im_end|>
{{ end }}
{{- range .Messages }}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ .Content }}{{ range .ToolCalls }}<tool_call>
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
</tool_call>{{ end }}<|im_end|>
{{ else if eq .Role "tool" }}<|im_start|>user
<tool_response>
{{ .Content }}
</tool_response><|im_end|>
{{ end }}
{{- end }}<|im_start|>assistant
"""
PARAMETER num_thread 1
`;

/** Ollama with OLLAMA_CONTEXT_LENGTH=`window`; its model is made of the same file. */
export async function ollama({window}) {
  const host = `127.0.0.1:${await freePort()}`;
  const models = join(cache, 'ollama-models');
  const env = {OLLAMA_HOST: host, OLLAMA_MODELS: models, OLLAMA_CONTEXT_LENGTH: String(window), OLLAMA_NUM_PARALLEL: '1', OLLAMA_NO_CLOUD: '1'};
  const program = join(cache, 'bin/ollama');
  const server = launch(program, ['serve'], env, 'qwen-coder');
  await answers(server, `http://${host}/api/version`);
  const {version} = await (await fetch(`http://${host}/api/version`)).json();
  const modelfile = join(server.home, 'Modelfile');
  writeFileSync(modelfile, MODELFILE);
  execFileSync(program, ['create', 'qwen-coder', '-f', modelfile], {env: {PATH: process.env.PATH, HOME: server.home, ...env}, stdio: 'pipe'});
  server.base = `http://${host}/v1`;
  server.name = `Ollama ${version === '0.0.0' ? '0.17.4' : version}`;
  return server;
}

/** It does not start without one. */
const LITELLM_KEY = 'sk-of-this-test';

/** LiteLLM's proxy in front of another server. */
export async function liteLlm(behind) {
  const port = await freePort();
  const config = join(behind.home, 'litellm.yaml');
  writeFileSync(config, JSON.stringify({
    model_list: [{model_name: 'local', litellm_params: {model: `openai/${behind.model}`, api_base: behind.base, api_key: 'none'}}],
    general_settings: {master_key: LITELLM_KEY},
    litellm_settings: {request_timeout: 600}
  }));
  const server = launch(
      join(cache, 'venv-litellm/bin/litellm'), ['--config', config, '--host', '127.0.0.1', '--port', String(port)],
      {LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False', NO_PROXY: '*'}, 'local');
  server.base = `http://127.0.0.1:${port}/v1`;
  server.key = LITELLM_KEY;
  await answers(server, `${server.base}/models`, {authorization: `Bearer ${LITELLM_KEY}`});
  server.name = `LiteLLM ${versionOf('venv-litellm', 'litellm')} in front of llama.cpp`;
  return server;
}
