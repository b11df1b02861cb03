import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {describe, test} from 'node:test';

import {png} from '../support/media.mjs';
import {sdk} from '../support/npm.mjs';
import {startPair} from '../support/pair.mjs';
import {beginning, call, completion, error, hang, say, sse} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';

/** The official SDK in front of the proxy, the strict provider behind it. */

const TOOLS = [{
  name: 'get_weather',
  description: 'The weather',
  input_schema: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']}
}];

const MODES = {
  create: (messages, body) => messages.create(body),
  stream: (messages, body) => messages.stream(body).finalMessage(),
};

const pair = startPair({MAX_RETRIES: '0'});

describe('answers', () => {
  test('create', NEEDS_SDK, async () => {
    pair.provider.script([completion({text: 'Grüße 😀', usage: {prompt: 20, completion: 5}})]);
    const message = await clientOf(pair.proxy.url).messages.create(ask());
    assert.deepEqual(message.content, [{type: 'text', text: 'Grüße 😀', citations: null}]);
    assert.deepEqual(
        [message.role, message.model, message.stop_reason], ['assistant', 'claude-sonnet-4', 'end_turn']);
    assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [20, 5]);
    assert.match(message.id, /^msg_/);
    assert.match(message._request_id, /\S/);
    pair.assertAccepted(1);
    assert.equal(pair.provider.requests[0].body.stream, true, 'it is streamed here, and collected');
  });

  test('stream', NEEDS_SDK, async () => {
    pair.provider.script([completion({reasoning: 'let me think', text: 'Grüße, 世界 😀'})]);
    const stream = clientOf(pair.proxy.url).messages.stream(ask());
    const pieces = [];
    stream.on('text', (piece) => pieces.push(piece));
    const message = await stream.finalMessage();
    assert.equal(pieces.join(''), 'Grüße, 世界 😀');
    assert.ok(pieces.length > 1, 'the text came in one piece');
    assert.deepEqual(
        message.content.map((block) => block.thinking ?? block.text), ['let me think', 'Grüße, 世界 😀']);
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.usage.output_tokens, 10);
    assert.match(stream.request_id ?? '', /\S/);
    pair.assertAccepted(1);
  });

  for (const [mode, send] of Object.entries(MODES)) {
    test(`a tool round trip, ${mode}`, NEEDS_SDK, async () => {
      pair.provider.script([
        completion({
          text: 'Looking.',
          calls: [call('get_weather', {city: 'Köln'}, 'call_a'), call('get_weather', {city: 'Rom'}, 'call_b')]
        }),
        say('Rain there, sun here.'),
      ]);
      const {messages} = clientOf(pair.proxy.url);
      const first = await send(messages, ask({tools: TOOLS}));
      assert.equal(first.stop_reason, 'tool_use');
      const calls = first.content.filter((block) => block.type === 'tool_use');
      assert.deepEqual(
          calls.map(({name, input}) => [name, input]),
          [['get_weather', {city: 'Köln'}], ['get_weather', {city: 'Rom'}]]);
      const results =
          calls
              .map(
                  ({id}, i) =>
                      ({type: 'tool_result', tool_use_id: id, content: `result ${i}`, is_error: i === 1}))
              .reverse();
      const second = await send(messages, ask({
                                  tools: TOOLS,
                                  messages: [
                                    ...ask().messages, {role: 'assistant', content: first.content},
                                    {role: 'user', content: [...results, {type: 'text', text: 'and?'}]}
                                  ],
                                }));
      assert.deepEqual(second.content, [{type: 'text', text: 'Rain there, sun here.', citations: null}]);
      pair.assertAccepted(2);
      const sent = pair.provider.requests[1].body.messages;
      assert.deepEqual(sent.map((message) => message.role), ['user', 'assistant', 'tool', 'tool', 'user']);
      assert.deepEqual(sent.slice(2, 4).map((message) => message.tool_call_id), calls.map((one) => one.id));
      assert.match(sent[3].content, /result 1/);
    });
  }

  test('an image', NEEDS_SDK, async () => {
    pair.provider.script([say('grey')]);
    const data = png().toString('base64');
    await clientOf(pair.proxy.url).messages.create(ask({
      messages: [
        {role: 'user', content: [{type: 'image', source: {type: 'base64', media_type: 'image/png', data}}]}
      ]
    }));
    pair.assertAccepted(1);
    assert.equal(
        pair.provider.requests[0].body.messages[0].content[0].image_url.url, `data:image/png;base64,${data}`);
  });

  test('count_tokens', NEEDS_SDK, async () => {
    pair.provider.script([]);
    const {max_tokens, ...body} = ask();
    const {input_tokens: count} = await clientOf(pair.proxy.url).messages.countTokens(body);
    assert.ok(Number.isInteger(count) && count > 0, `input_tokens is ${count}`);
    pair.assertAccepted(0);
  });
});

describe('connections', () => {
  test('abort in the middle of a stream closes the provider\'s connection', NEEDS_SDK, async () => {
    pair.provider.script([sse(beginning(say('There is more to come'), 3), {end: 'hang'})]);
    const stream = clientOf(pair.proxy.url).messages.stream(ask());
    stream.once('text', () => stream.abort());
    await assert.rejects(stream.finalMessage(), sdk.APIUserAbortError);
    assert.equal(await pair.provider.requests[0].aborted, true);
  });

  test('abort before the answer closes the provider\'s connection', NEEDS_SDK, async () => {
    pair.provider.script([hang()]);
    const abort = new AbortController();
    const answer = clientOf(pair.proxy.url).messages.create(ask(), {signal: abort.signal});
    const exchange = await pair.provider.request(0);
    abort.abort();
    await assert.rejects(answer, sdk.APIUserAbortError);
    assert.equal(await exchange.aborted, true);
  });

  /** How many connections the provider saw for `count` requests, one after another. */
  async function connectionsFor(count, send) {
    pair.provider.script(() => say('ok'));
    for (let i = 0; i < count; i++) await send(clientOf(pair.proxy.url).messages);
    pair.assertAccepted(count);
    return new Set(pair.provider.requests.map((exchange) => exchange.connection)).size;
  }

  test('the provider\'s connection is used again', NEEDS_SDK, async () => {
    assert.equal(await connectionsFor(6, (messages) => MODES.create(messages, ask())), 1);
  });

  // A client may ask again before the end of the provider's body, behind [DONE], has come: then two take
  // turns.
  test('the provider\'s connection is used again behind streams', NEEDS_SDK, async () => {
    assert.ok(await connectionsFor(6, (messages) => MODES.stream(messages, ask())) <= 2);
  });

  test('the client\'s connection is used again, also behind streams and errors', NEEDS_SDK, async (t) => {
    pair.provider.script([say('a'), say('b'), error(500, {error: 'c'}), say('d')]);
    const agent = new http.Agent({keepAlive: true, maxSockets: 1});
    t.after(() => agent.destroy());
    const reused = [];
    for (const stream of [false, true, true, false]) {
      const request = http.request(
          `${pair.proxy.url}/v1/messages`,
          {agent, method: 'POST', headers: {'content-type': 'application/json', 'x-api-key': 'any'}});
      request.end(JSON.stringify(ask({stream})));
      const [response] = await once(request, 'response');
      await once(response.resume(), 'end');
      reused.push(request.reusedSocket);
    }
    assert.deepEqual(reused, [false, true, true, true]);
  });
});
