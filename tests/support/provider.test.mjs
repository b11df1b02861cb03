import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import net from 'node:net';
import {after, before, test} from 'node:test';

import {assistant, chat, dataUrl, image, request, result, tool, user} from './chat_requests.mjs';
import {pdf, png} from './media.mjs';
import {Provider} from './provider.mjs';
import {call, completion, disconnect, error, hang, json, say, sse} from './replies.mjs';

let provider;
before(async () => {
  provider = await Provider.start();
});
after(() => provider.stop());

const HEADERS = {
  'content-type': 'application/json',
  authorization: 'Bearer sk-test'
};
const post = (body, {headers = HEADERS, path = '/v1/chat/completions', method = 'POST'} = {}) => fetch(
    `http://127.0.0.1:${provider.port}${path}`,
    {method, headers, body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)});

test('a refusal has the shape of OpenAI\'s errors, and is remembered', async () => {
  provider.script([]);
  const response = await post(chat(user('hi'), result('a')));
  assert.equal(response.status, 400);
  const answer = await response.json();
  assert.deepEqual(answer, {
    error: {
      message:
          'Invalid parameter: messages with role \'tool\' must be a response to a preceeding message with \'tool_calls\'.',
      type: 'invalid_request_error',
      param: 'messages.[1].role',
      code: null
    }
  });
  assert.deepEqual(provider.refusals, [answer.error.message]);
});

const HEADS = [
  ['no key', 401, {headers: {'content-type': 'application/json'}}, /didn't provide an API key/, null],
  [
    'another key', 401, {headers: {...HEADERS, authorization: 'Bearer sk-wrong'}},
    /Incorrect API key provided: sk-\*\*\*/, 'invalid_api_key'
  ],
  [
    'key as x-api-key', 401, {headers: {'content-type': 'application/json', 'x-api-key': 'sk-test'}},
    /didn't provide/, null
  ],
  ['another path', 404, {path: '/chat/completions'}, /Invalid URL \(POST \/chat\/completions\)/, null],
  [
    'no content type', 400, {headers: {authorization: 'Bearer sk-test', 'content-type': ''}},
    /Unsupported content type/, 'unsupported_content_type'
  ],
  [
    'text/plain', 400, {headers: {...HEADERS, 'content-type': 'text/plain'}},
    /Unsupported content type: 'text\/plain'/, 'unsupported_content_type'
  ],
  ['PUT', 405, {method: 'PUT'}, /Invalid method for URL/, null],
];

for (const [name, status, options, wording, code] of HEADS) {
  test(`refuses the head: ${name}`, async () => {
    provider.script([]);
    const response = await post(request(), options);
    const answer = await response.json();
    assert.equal(response.status, status);
    assert.match(answer.error.message, wording);
    assert.equal(answer.error.code, code);
  });
}

const VALID = [
  ['the smallest', request()],
  [
    'a tool loop', request({
      messages: [
        {role: 'system', content: 'x'},
        user([{type: 'text', text: 'a'}, {type: 'image_url', image_url: {url: dataUrl('image/png', png())}}]),
        assistant('a', 'b'), result('b'), result('a', [{type: 'text', text: 'x'}]),
        {role: 'system', content: 'later'}, {role: 'assistant', content: 'x'}, user('')
      ],
      tools: [tool(), tool('a'.repeat(64))],
      tool_choice: {type: 'function', function: {name: 'Bash'}},
      parallel_tool_calls: false,
      max_tokens: 16384,
      temperature: 0,
      top_p: 1,
      stop: ['a', 'b', 'c', 'd'],
      stream: true,
      stream_options: {include_usage: true},
    })
  ],
  ['image by URL', chat(image('https://example.org/a.png'))],
  [
    'a PDF',
    chat(user([{type: 'file', file: {filename: 'a.pdf', file_data: dataUrl('application/pdf', pdf('x'))}}]))
  ],
  [
    'a reasoning model',
    request({model: 'gpt-5', reasoning_effort: 'low', max_completion_tokens: 100, temperature: 1})
  ],
  ['a surrogate pair', chat(user('😀'))],
  [
    'structured output', request({
      response_format: {type: 'json_schema', json_schema: {name: 'a', schema: {type: 'object'}, strict: true}}
    })
  ],
  [
    '128 tools', request({tools: Array.from({length: 128}, (_, i) => tool(`t${i}`)), tool_choice: 'required'})
  ],
];

for (const [name, body] of VALID) {
  test(`accepts: ${name}`, async () => {
    provider.script([say('fine')]);
    const response = await post(body);
    assert.equal(response.status, 200, await response.clone().text());
    assert.deepEqual(provider.refusals, []);
    assert.deepEqual(provider.requests[0].body, body);
    assert.match(await response.text(), /fine/);
  });
}

test('options make another provider of it', async (t) => {
  const lenient = await Provider.start({
    path: '/api/chat/completions',
    maxTokens: 1e6,
    allowFields: ['top_k'],
    allowMessageFields: ['reasoning_content']
  });
  t.after(() => lenient.stop());
  lenient.script([say('fine')]);
  assert.match(lenient.baseUrl, /\/api$/);
  const body = {
    ...chat({role: 'assistant', content: 'x', reasoning_content: 'y'}, user('z')),
    top_k: 3,
    max_tokens: 64000
  };
  const response = await fetch(
      `${lenient.baseUrl}/chat/completions`, {method: 'POST', headers: HEADERS, body: JSON.stringify(body)});
  assert.equal(response.status, 200, await response.text());
});

test('a completion as a stream and as JSON', async () => {
  const reply = completion(
      {text: 'Grüße, 世界 and more', reasoning: 'hm', calls: [call('Bash', {command: 'ls'}, 'a')]});
  provider.script([reply, reply]);
  const whole = await (await post(request())).json();
  assert.equal(whole.choices[0].message.content, 'Grüße, 世界 and more');
  assert.equal(whole.choices[0].finish_reason, 'tool_calls');
  const text = await (await post(request({stream: true, stream_options: {include_usage: true}}))).text();
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  const chunks = text.split('\n\n').slice(0, -2).map((line) => JSON.parse(line.replace('data: ', '')));
  const deltas = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta));
  assert.equal(deltas.map((delta) => delta.content ?? '').join(''), 'Grüße, 世界 and more');
  assert.equal(
      deltas.flatMap((delta) => delta.tool_calls ?? []).map((one) => one.function.arguments).join(''),
      '{"command":"ls"}');
  assert.deepEqual(chunks.at(-1).usage, {prompt_tokens: 100, completion_tokens: 10, total_tokens: 110});
});

test('a brain answers by the conversation', async () => {
  provider.script((body, index) => say(`${index}: ${body.messages.length}`));
  assert.match(await (await post(request())).text(), /0: 1/);
  assert.match(await (await post(chat(user('a'), user('b')))).text(), /1: 2/);
});

test('a request without a scripted reply is answered with an error and remembered', async () => {
  provider.script([]);
  assert.equal((await post(request())).status, 400);
  assert.equal(provider.unexpected.length, 1);
  provider.script(() => {
    throw new Error('broken brain');
  });
  await post(request());
  assert.match(provider.unexpected[0], /broken brain/);
});

test('JSON to a streaming request, errors with status and headers', async () => {
  provider.script([json({a: 1}), error(429, {error: 'slow'}, {'retry-after': '2'}), error(502, '<html>')]);
  const first = await post(request({stream: true}));
  assert.match(first.headers.get('content-type'), /json/);
  assert.deepEqual(await first.json(), {a: 1});
  const second = await post(request());
  assert.deepEqual(
      [second.status, second.headers.get('retry-after'), await second.json()], [429, '2', {error: 'slow'}]);
  const third = await post(request());
  assert.deepEqual([third.status, await third.text()], [502, '<html>']);
});

/** Sends a request by hand and collects the TCP segments that come back. */
async function segments(reply) {
  provider.script([reply]);
  const body = JSON.stringify(request({stream: true}));
  const socket = net.connect(provider.port, '127.0.0.1');
  const head = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${head}content-length: ${
      body.length}\r\nconnection: close\r\n\r\n${body}`);
  const got = [];
  socket.on('data', (data) => got.push(data.toString('latin1'))).on('error', () => {});
  await once(socket, 'close');
  return got.join('');
}

test('stream bytes are cut as planned', async () => {
  const text = await segments(sse('data: abc\n\n', {cut: 4, pauseMs: 1}));
  assert.match(text, /\r\n4\r\ndata\r\n4\r\n: ab\r\n3\r\nc\n\n\r\n0\r\n\r\n$/);
});

test('a stream breaks in the middle', async () => {
  const text = await segments(sse('data: abc\n\n', {end: 'disconnect'}));
  assert.match(text, /data: abc/);
  assert.doesNotMatch(text, /\r\n0\r\n\r\n$/);
});

test('the connection closes before the headers', async () => {
  assert.equal(await segments(disconnect()), '');
});

for (const [name, reply] of [
         ['before the headers', hang()], ['in the middle', sse('data: 1\n\n', {end: 'hang'})]]) {
  test(`hangs ${name} and notices that the peer went away`, async () => {
    provider.script([reply]);
    const sent = http.request({port: provider.port, path: provider.path, method: 'POST', headers: HEADERS});
    sent.on('error', () => {}).end(JSON.stringify(request({stream: true})));
    const exchange = await provider.request(0);
    if (name === 'in the middle') await once(sent, 'response').then(([response]) => once(response, 'data'));
    sent.destroy();
    assert.equal(await exchange.aborted, true);
  });
}

test('an answer sent whole is not aborted, and connections are counted', async () => {
  provider.script([say('a'), say('b')]);
  const agent = new http.Agent({keepAlive: true});
  const connections = provider.connections;
  for (let i = 0; i < 2; i++) {
    const sent =
        http.request({agent, port: provider.port, path: provider.path, method: 'POST', headers: HEADERS});
    sent.end(JSON.stringify(request()));
    const [response] = await once(sent, 'response');
    await once(response.resume(), 'end');
  }
  agent.destroy();
  assert.equal(await provider.requests[0].aborted, false);
  assert.equal(provider.requests[0].connection, provider.requests[1].connection);
  assert.equal(provider.connections, connections + 1);
});
