// The program under a steady load, bounded in time: every stream must end well, and memory must settle.
// usage: node soak.mjs SECONDS
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import http from 'node:http';

import {startProxy} from '../support/proxy.mjs';

const seconds = Number(process.argv[2] ?? 60);
const CLIENTS = 16;
const CHUNKS = 200;

const read = (name) => readFileSync(new URL(`../fixtures/claude-code/${name}.json`, import.meta.url));
const bodies = ['first-turn-opus', 'tool-loop-five-turns', 'tool-result-image']
    .map((name) => Buffer.from(JSON.stringify(JSON.parse(read(name)).body)));

const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({id: 'x', object: 'chat.completion.chunk', choices: [{index: 0, delta, finish_reason}]})}\n\n`;
const text = chunk({content: 'some words of an answer '});
const end = chunk({}, 'stop') + 'data: [DONE]\n\n';

/** A provider that answers every request with the same stream, in many small writes. */
const provider = http.createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, {'content-type': 'text/event-stream'});
    let sent = 0;
    const next = () => {
      if (response.destroyed) return;
      if (sent++ === CHUNKS) response.end(end);
      else response.write(text, () => setImmediate(next));
    };
    next();
  });
});

const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/v1/messages`, {method: 'POST', agent, headers: {'content-type': 'application/json'}});
    request.on('error', reject).on('response', (response) => {
      let tail = '';
      response.setEncoding('utf8').on('data', (part) => { tail = (tail + part).slice(-200); });
      response.on('error', reject).on('end', () => resolve({status: response.statusCode, tail}));
    });
    request.end(body);
  });
}

async function client(url, agent, until, counts) {
  for (let i = 0; Date.now() < until; ++i) {
    const {status, tail} = await post(url, agent, bodies[i % bodies.length]);
    assert.equal(status, 200);
    assert.match(tail, /event: message_stop\ndata: .*\n\n$/);
    ++counts.streams;
  }
}

await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve));
const proxy = await startProxy({OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `http://127.0.0.1:${provider.address().port}`});
const agent = new http.Agent({keepAlive: true, maxSockets: CLIENTS});
const started = Date.now();
const until = started + seconds * 1000;
const counts = {streams: 0};
const samples = [];
const sampler = setInterval(() => samples.push(resident(proxy.pid)), (seconds * 1000) / 20);
await Promise.all(Array.from({length: CLIENTS}, () => client(proxy.url, agent, until, counts)));
clearInterval(sampler);

const settled = Math.max(...samples.slice(4, 10));
const last = Math.max(...samples.slice(-5));
console.log(`${counts.streams} streams in ${seconds} s, resident ${settled} KB after a fifth, ${last} KB at the end`);
agent.destroy();
await proxy.stop();
provider.closeAllConnections?.();
provider.close();
assert.ok(last <= settled * 1.1, `memory grew from ${settled} to ${last} KB`);
