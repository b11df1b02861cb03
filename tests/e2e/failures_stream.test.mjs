import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';

import {pairFor, startPair} from '../support/pair.mjs';
import {beginning, call, completion, completionStream, error, hang, say, sse, staged} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, eventsOf, gate, namesOf, post, textOf} from '../support/wire.mjs';

/** Providers that break off, fall silent or take their time. */

const OPTIONS = {
  timeout: 40_000
};
const TOGETHER = {
  concurrency: true,
  ...OPTIONS
};

/** The stream is in order up to one error at its end, which says `wording`. */
function assertBroken(events, type, wording) {
  const names = namesOf(events);
  assert.equal(names.filter((name) => name === 'error').length, 1, names.join(' '));
  assert.equal(names.at(-1), 'error');
  assert.ok(!names.includes('message_stop'));
  const {data} = events.at(-1);
  assert.deepEqual([data.type, data.error.type], ['error', type]);
  assert.match(data.error.message, wording);
}

async function assertFailed(response, status, type, wording) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const {error: failure} = JSON.parse(text);
  assert.equal(failure.type, type);
  assert.match(failure.message, wording);
}

/** The answer and how long it took, in ms. */
async function timed(promise) {
  const start = performance.now();
  const value = await promise;
  return [value, performance.now() - start];
}

function assertTook(ms, min, max) { assert.ok(ms >= min && ms <= max, `took ${Math.round(ms)} ms`); }

describe('a stream that is cut in the middle', () => {
  const pair = startPair();
  const TEXT = 'This is cut in the middle';
  const half = beginning(say(TEXT), 3);
  const errorObject = 'data: {"error": {"message": "out of memory", "code": 500}}\n\n';

  /** All events; `open` is called when the first text has come. */
  async function eventsWith(response, open) {
    const events = [];
    for await (const event of eventsOf(response)) {
      events.push(event);
      if (textOf([event])) open();
    }
    return events;
  }

  for (const [name, replyAfter] of Object.entries({
         'by a closed connection':
             () => sse(half, {end: 'disconnect'}),
             'by its end': () => sse(half),
             'inside an event': () => sse(half.slice(0, -9), {end: 'disconnect'}),
             'by an error object': (passed) => staged([half, passed, errorObject]),
             'by an error object, and more follows': (passed) =>
                 staged([half, passed, `${errorObject}${completionStream(say('more'), 'gpt-4o', true)}`]),
             'by something that is no JSON': (passed) => staged([half, passed, 'data: {nonsense}\n\n']),
       })) {
    test(`${name} ends in one error`, OPTIONS, async () => {
      const {passed, open} = gate();
      pair.provider.script([replyAfter(passed), say('never')]);
      const response = await post(pair.proxy.url, ask({stream: true}));
      assert.equal(response.status, 200);
      const events = await eventsWith(response, open);
      assertBroken(events, 'api_error', /./);
      assert.ok(TEXT.startsWith(textOf(events)), textOf(events));
      pair.assertAccepted(1);
    });
  }

  test('in the middle of a tool call ends in one error', OPTIONS, async () => {
    const reply = completion({calls: [call('Bash', {command: 'rm -rf /tmp/somewhere/far/away'})]});
    pair.provider.script([sse(beginning(reply, 4), {end: 'disconnect'})]);
    const tools = [{name: 'Bash', input_schema: {type: 'object', properties: {command: {type: 'string'}}}}];
    assertBroken(await allEvents(await post(pair.proxy.url, ask({stream: true, tools}))), 'api_error', /./);
  });

  test('a connection after it works', OPTIONS, async () => {
    pair.provider.script([sse(half, {end: 'disconnect'}), say('fine')]);
    await allEvents(await post(pair.proxy.url, ask({stream: true})));
    assert.equal(textOf(await allEvents(await post(pair.proxy.url, ask({stream: true})))), 'fine');
  });
});

describe('REQUEST_TIMEOUT', TOGETHER, () => {
  const SLOW = {REQUEST_TIMEOUT: '1', MAX_RETRIES: '1'};

  for (const stream of [false, true]) {
    test(`no headers, ${stream ? 'stream' : 'create'}`, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, SLOW);
      provider.script(() => hang());
      const [response, ms] = await timed(post(proxy.url, ask({stream})));
      await assertFailed(response, 504, 'timeout_error', /REQUEST_TIMEOUT/);
      assertTook(ms, 990, 4_000);
      assert.equal(await provider.requests[0].aborted, true);
    });
  }

  test('silence in the middle of a stream', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, SLOW);
    provider.script([sse(beginning(say('There is more to come'), 3), {end: 'hang'})]);
    const [events, ms] = await timed(post(proxy.url, ask({stream: true})).then(allEvents));
    assertBroken(events, 'timeout_error', /REQUEST_TIMEOUT/);
    assertTook(ms, 990, 4_000);
    assert.equal(await provider.requests[0].aborted, true);
  });

  test('silence in the middle of a collected answer', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, SLOW);
    provider.script([staged(
        ['{"id": "chatcmpl-fake", ', gate().passed], {headers: {'content-type': 'application/json'}})]);
    await assertFailed(await post(proxy.url, ask()), 504, 'timeout_error', /REQUEST_TIMEOUT/);
    assert.equal(provider.requests.length, 1);
  });

  test('silence in the middle of an error', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {...SLOW, MAX_RETRIES: '0'});
    provider.script([staged(['{"error": ', gate().passed], {status: 500})]);
    const [response, ms] = await timed(post(proxy.url, ask()));
    await assertFailed(response, 500, 'api_error', /500/);
    assertTook(ms, 990, 4_000);
  });

  test('is not the length of a stream', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, SLOW);
    const bytes = completionStream(say('Slow, but steady.'), 'gpt-4o', true);
    provider.script([sse(bytes, {cut: Math.ceil(bytes.length / 5), pauseMs: 500})]);
    const [events, ms] = await timed(post(proxy.url, ask({stream: true})).then(allEvents));
    assert.equal(textOf(events), 'Slow, but steady.');
    assert.equal(events.at(-1).name, 'message_stop');
    assertTook(ms, 1_500, 10_000);
  });
});

describe('after finish_reason', TOGETHER, () => {
  const HEARTBEAT_MS = 500;

  /** A provider's heartbeat, for 10 s. */
  function* beating(beat) {
    for (let i = 0; i < 20; i++) {
      yield {then: (resolve) => setTimeout(resolve, HEARTBEAT_MS)};
      yield beat;
    }
  }
  const EMPTY = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
  const NOTHING = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":null}]}\n\n';

  const whole = completionStream(say('All is said.'), 'gpt-4o', true);
  const withoutDone = whole.replace('data: [DONE]\n\n', '');
  const withoutUsage = completionStream(say('All is said.'), 'gpt-4o', false).replace('data: [DONE]\n\n', '');

  for (const [name, reply] of Object.entries({
         'without [DONE], the connection stays open':
             () => sse(withoutDone, {end: 'hang'}),
             'without usage and [DONE], the connection stays open': () => sse(withoutUsage, {end: 'hang'}),
             '[DONE], the connection stays open': () => sse(whole, {end: 'hang'}),
             'without [DONE], the connection closes': () => sse(withoutDone),
             'comments without end': () => staged([withoutUsage, ...beating(': still here\n\n')]),
             'empty chunks without end': () => staged([withoutUsage, ...beating(NOTHING)]),
             'nothing said at all': () => staged([EMPTY, ...beating(NOTHING)]),
       })) {
    test(`${name}: the stream ends soon`, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t);
      provider.script([reply()]);
      const [events, ms] = await timed(post(proxy.url, ask({stream: true})).then(allEvents));
      assert.equal(textOf(events), name === 'nothing said at all' ? '' : 'All is said.');
      assert.equal(events.at(-1).name, 'message_stop');
      assertTook(ms, 0, 4_000);
    });
  }

  const frame = (delta, finish_reason = null) => `data: ${JSON.stringify({choices: [{index: 0, delta, finish_reason}]})}\n\n`;
  const after = (ms) => ({then: (resolve) => setTimeout(resolve, ms)});
  const ls = frame({tool_calls: [{index: 0, id: 'call_1', type: 'function', function: {name: 'Bash', arguments: '{"command":"ls"}'}}]}, 'tool_calls');

  for (const [name, parts] of Object.entries({
         'what follows takes it back': [frame({role: 'assistant'}, 'stop'), frame({content: 'Ready.'}), after(3_000), ls, 'data: [DONE]\n\n'],
         'one with every chunk': [frame({content: 'Rea'}, 'stop'), after(1_500), frame({content: 'dy.'}, 'stop'), after(1_500), ls],
       })) {
    test(name, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t);
      provider.script([staged(parts)]);
      const events = await post(proxy.url, ask({stream: true})).then(allEvents);
      assert.equal(textOf(events), 'Ready.');
      assert.ok(events.some(({data}) => data.content_block?.name === 'Bash'), namesOf(events).join(' '));
      assert.equal(events.at(-1).name, 'message_stop');
    });
  }
});

/** The proxy tells a client after 10 s of silence that it is still there. */
describe('a provider that is silent for 11 s', TOGETHER, () => {
  const SILENCE_MS = 11_000;
  const late = (reply) => () => pause(SILENCE_MS).then(() => reply);

  /** The events, each with the time it came at. */
  async function timedEvents(proxy, start = performance.now()) {
    const response = await post(proxy.url, ask({stream: true}));
    assert.equal(response.status, 200);
    const events = [];
    for await (const event of eventsOf(response)) events.push({...event, at: performance.now() - start});
    assert.deepEqual(namesOf(events).slice(0, 2), ['message_start', 'ping']);
    assert.equal(namesOf(events).filter((name) => name === 'message_start').length, 1);
    for (const {at} of events.slice(0, 2)) assertTook(at, 9_500, 10_900);
    return events;
  }

  test('and answers', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t);
    provider.script(late(say('Good things take time.')));
    const events = await timedEvents(proxy);
    assert.equal(textOf(events), 'Good things take time.');
    assert.equal(events.at(-1).name, 'message_stop');
  });

  test('and refuses', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t);
    provider.script(late(error(400, {error: {message: 'bad thing', type: 'invalid_request_error'}})));
    assertBroken(await timedEvents(proxy), 'invalid_request_error', /bad thing/);
  });

  test('and fails, and answers when it is asked again', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t);
    const failure = late(error(500, {error: {message: 'busy'}}));
    provider.script((body, index) => index ? say('better') : failure());
    const events = await timedEvents(proxy);
    assert.equal(textOf(events), 'better');
    assert.equal(events.at(-1).name, 'message_stop');
  });

  test('in the middle of its answer', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t);
    const whole = completionStream(say('Let me think about it.'), 'gpt-4o', true);
    const first = beginning(say('Let me think about it.'), 2);
    provider.script([staged([first, pause(SILENCE_MS), whole.slice(first.length)])]);
    const events = await allEvents(await post(proxy.url, ask({stream: true})));
    assert.equal(textOf(events), 'Let me think about it.');
    const names = namesOf(events);
    const pings = names.slice(names.indexOf('content_block_delta')).filter((name) => name === 'ping');
    assert.ok(pings.length >= 1, names.join(' '));
  });

  test('and answers a client that wants no stream', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t);
    provider.script(late(say('Good things take time.')));
    const response = await post(proxy.url, ask());
    assert.equal((await response.json()).content[0].text, 'Good things take time.');
  });
});

describe('an answer that is complete', () => {
  const pair = startPair();
  const whole = completionStream(say('all of it'), 'gpt-4o', true).replace(/^.*\n\n/, '');

  // Complete is what has a finish_reason or [DONE]: how the connection ends afterwards changes nothing.
  for (const [name, bytes] of Object.entries({
         '[DONE]': whole,
         'the finish_reason': whole.slice(0, whole.indexOf('data: [DONE]')),
       })) {
    test(`stays complete when the connection breaks behind ${name}`, OPTIONS, async () => {
      pair.provider.script([sse(bytes, {end: 'disconnect'})]);
      const events = await allEvents(await post(pair.proxy.url, ask({stream: true})));
      assert.equal(textOf(events), 'all of it');
      assert.equal(namesOf(events).at(-1), 'message_stop');
    });
  }

  for (const cut of [1, 2, Infinity]) {
    test(`may begin with a byte order mark, in pieces of ${cut} bytes`, OPTIONS, async () => {
      pair.provider.script([sse(`\ufeff${whole}`, {cut})]);
      assert.equal(textOf(await allEvents(await post(pair.proxy.url, ask({stream: true})))), 'all of it');
    });
  }

  // DeepSeek keeps a queued request alive with empty lines, ahead of a JSON answer too.
  test('may have empty lines ahead of its JSON', OPTIONS, async () => {
    const {passed, open} = gate();
    const body = JSON.stringify({
      id: 'x', object: 'chat.completion', model: 'm',
      choices: [{index: 0, message: {role: 'assistant', content: 'late'}, finish_reason: 'stop'}],
    });
    pair.provider.script([staged(['\n', '\n', passed, body], {headers: {'content-type': 'application/json'}})]);
    const answer = post(pair.proxy.url, ask());
    setImmediate(open);
    const response = await answer;
    assert.equal(response.status, 200);
    assert.equal((await response.json()).content[0].text, 'late');
  });
});
