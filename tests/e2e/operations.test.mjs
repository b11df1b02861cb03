import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {beginning, completion, completionStream, error, hang, say, sse, staged} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {accepts, eventsOf, gate, post, postBytes, textOf, Wire, within} from '../support/wire.mjs';

/** A proxy over time: clients that leave, the end of the process, several workers, the log, pipelining. */

const OPTIONS = {
  timeout: 30_000
};

/** A stream whose second half waits for `passed`. */
function halves(text, passed) {
  const whole = completionStream(say(text), 'gpt-4o', true);
  const first = beginning(say(text), 3);
  return staged([first, passed, whole.slice(first.length)]);
}

const isText = (event) => event.data.delta?.type === 'text_delta';

/** Reads up to the first piece of text, and gives the events so far and the rest. */
async function untilText(response) {
  const events = eventsOf(response);
  const begun = [];
  for (;;) {
    const {value, done} = await events.next();
    assert.ok(!done, `the stream ended without text: ${JSON.stringify(begun)}`);
    begun.push(value);
    if (isText(value)) return {begun, rest: events};
  }
}

async function rest(events) {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('a client that goes away closes the provider\'s connection', () => {
  const CLOSED_MS = 1_000;
  const pair = startPair({MAX_RETRIES: '2'});

  for (const stream of [false, true]) {
    test(`before the headers, ${stream ? 'stream' : 'create'}`, OPTIONS, async () => {
      pair.provider.script([hang()]);
      const wire = await Wire.connect(pair.proxy.port);
      wire.write(postBytes(ask({stream})));
      const exchange = await pair.provider.request(0);
      wire.destroy();
      assert.equal(await within(CLOSED_MS, 'the end of the connection', exchange.aborted), true);
      pair.assertAccepted(1);
    });
  }

  test('in the middle of the stream', OPTIONS, async () => {
    pair.provider.script([sse(beginning(say('There is more to come'), 3), {end: 'hang'})]);
    const wire = await Wire.connect(pair.proxy.port);
    wire.write(postBytes(ask({stream: true})));
    await wire.until(/text_delta/);
    wire.destroy();
    assert.equal(
        await within(CLOSED_MS, 'the end of the connection', pair.provider.requests[0].aborted), true);
  });

  test('in the middle of an answer that is collected', OPTIONS, async () => {
    pair.provider.script([staged(['{"id": "chatcmpl-fake", ', gate().passed])]);
    const wire = await Wire.connect(pair.proxy.port);
    wire.write(postBytes(ask()));
    const exchange = await pair.provider.request(0);
    wire.destroy();
    assert.equal(await within(CLOSED_MS, 'the end of the connection', exchange.aborted), true);
  });

  test('and ends a pause before a retry', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO'});
    provider.script([error(500, {error: 'busy'}, {'retry-after': '20'}), say('too late')]);
    const wire = await Wire.connect(proxy.port);
    wire.write(postBytes(ask()));
    await within(5_000, 'the retry', proxy.said(/retries after/));
    wire.destroy();
    await within(CLOSED_MS, 'the end of the request', proxy.said(/the client went away/));
    assert.equal(provider.requests.length, 1);
  });
});

describe('SIGTERM', () => {
  const EXIT_MS = 3_000;

  async function startDraining(t, environment, reply) {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO', ...environment});
    provider.script([reply]);
    const {begun, rest: events} = await untilText(await post(proxy.url, ask({stream: true})));
    proxy.signal('SIGTERM');
    await within(5_000, 'the note about the signal', proxy.said(/SIGTERM/));
    return {provider, proxy, begun, events};
  }

  async function refusesConnections(port) { while (await accepts(port)); }

  test('lets a stream finish, and takes no more connections', OPTIONS, async (t) => {
    const {passed, open} = gate();
    const {proxy, begun, events} =
        await startDraining(t, {}, halves('First this, then that, then the end.', passed));
    await within(5_000, 'the end of accepting', refusesConnections(proxy.port));
    assert.equal(proxy.child.exitCode, null);
    open();
    const all = [...begun, ...await rest(events)];
    assert.equal(textOf(all), 'First this, then that, then the end.');
    assert.equal(all.at(-1).name, 'message_stop');
    assert.equal(await within(EXIT_MS, 'the exit', proxy.exited), 0);
  });

  test('lets a request finish whose answer has not begun', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO'});
    const {passed, open} = gate();
    provider.script(() => passed.then(() => say('just in time')));
    const answer = post(proxy.url, ask());
    await provider.request(0);
    proxy.signal('SIGTERM');
    await within(5_000, 'the end of accepting', refusesConnections(proxy.port));
    open();
    const response = await answer;
    assert.equal((await response.json()).content[0].text, 'just in time');
    assert.equal(response.headers.get('connection'), 'close');
    assert.equal(await within(EXIT_MS, 'the exit', proxy.exited), 0);
  });

  const ENDLESS = sse(beginning(say('There is more to come'), 3), {end: 'hang'});

  test('a second one ends at once', OPTIONS, async (t) => {
    const {provider, proxy, events} = await startDraining(t, {}, ENDLESS);
    proxy.signal('SIGTERM');
    assert.equal(await within(EXIT_MS, 'the exit', proxy.exited), 0);
    await assert.rejects(rest(events), 'the stream ended as if it were complete');
    assert.equal(await provider.requests[0].aborted, true);
  });

  test('DRAIN_TIMEOUT ends what does not finish', OPTIONS, async (t) => {
    const {proxy, events} = await startDraining(t, {DRAIN_TIMEOUT: '1'}, ENDLESS);
    assert.equal(await within(1_000 + EXIT_MS, 'the exit', proxy.exited), 0);
    await assert.rejects(rest(events), 'the stream ended as if it were complete');
  });

  for (const workers of ['1', '2']) {
    test(`idle connections do not hold it up, ${workers} workers`, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, {WORKERS: workers});
      provider.script(() => say('ok'));
      const agent = new http.Agent({keepAlive: true});
      t.after(() => agent.destroy());
      const request = http.request(`${proxy.url}/v1/messages`, {agent, method: 'POST'});
      request.end(JSON.stringify(ask()));
      const [response] = await once(request, 'response');
      await once(response.resume(), 'end');
      const silent = await Wire.connect(proxy.port);
      await Promise.all([fetch(proxy.url), fetch(proxy.url)].map(async (one) => (await one).text()));
      proxy.signal('SIGTERM');
      assert.equal(await within(EXIT_MS, 'the exit', proxy.exited), 0);
      await within(EXIT_MS, 'the end of the silent connection', silent.closed);
      assert.equal(silent.text, '');
    });
  }
});

test('WORKERS=2: several streams at a time', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {WORKERS: '2'});
  const {passed, open} = gate();
  provider.script((body) => halves(`This answers ${body.messages[0].content} and nothing else.`, passed));
  const texts = Promise.all(Array.from({length: 12}, async (_, i) => {
    const question = ask({stream: true, messages: [{role: 'user', content: `question ${i}`}]});
    const {begun, rest: events} = await untilText(await post(proxy.url, question));
    const all = [...begun, ...await rest(events)];
    assert.equal(all.at(-1).name, 'message_stop');
    return textOf(all);
  }));
  await provider.request(11);
  open();
  assert.deepEqual(
      await texts, Array.from({length: 12}, (_, i) => `This answers question ${i} and nothing else.`));
});

describe('the log', () => {
  test('at INFO has one line per request', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO', MAX_RETRIES: '0', BIG_MODEL: 'gpt-4.1'});
    provider.script([
      completion({text: 'ok', usage: {prompt: 123, completion: 45}}),
      completion({text: 'ok', usage: {prompt: 67, completion: 8}}), error(500, {error: 'broken down'})
    ]);
    const ids = [];
    for (const fields of [{}, {stream: true, model: 'claude-haiku-4'}, {}]) {
      const response = await post(proxy.url, ask({model: 'claude-opus-4', ...fields}));
      await response.text();
      ids.push(response.headers.get('request-id'));
    }
    await proxy.stop();
    const lines = ids.map((id) => proxy.stderr.split('\n').filter((line) => line.includes(id)));
    assert.deepEqual(lines.map((found) => found.length), [1, 1, 1], proxy.stderr);
    const [[created], [streamed], [failed]] = lines;
    assert.match(created, / 200 .*model=claude-opus-4 upstream=gpt-4\.1 in=123 .*out=45\b/);
    assert.match(streamed, / 200 .*model=claude-haiku-4 upstream=gpt-4o-mini in=67 .*out=8\b/);
    assert.match(failed, / 500 .*broken down/);
  });

  test('at DEBUG has no key in it', OPTIONS, async (t) => {
    const key = 'provider-key-5ecre7';
    const {provider, proxy} = await pairFor(
        t, {LOG_LEVEL: 'DEBUG', MAX_RETRIES: '1', ANTHROPIC_API_KEY: 'client-key-5ecre7'}, {key});
    provider.script([
      say('ok'), error(500, {error: 'busy'}), say('ok'),
      error(401, {error: {message: `Wrong API key: ${key}`}}),
      error(400, `your header was Authorization: Bearer ${key}`)
    ]);
    const send = async (fields, headers) => (await post(proxy.url, ask(fields), {headers})).text();
    const right = {'x-api-key': 'client-key-5ecre7'};
    const answers = [
      await send({stream: true}, right),
      await send({}, {'x-api-key': '', authorization: 'Bearer client-key-5ecre7'}), await send({}, right),
      await send({}, right), await send({}, right), await send({}, {'x-api-key': 'another-5ecre7'}),
      await (await fetch(proxy.url)).text()
    ];
    await proxy.stop();
    assert.match(proxy.stderr, / debug /);
    assert.doesNotMatch(proxy.stderr, /5ecre7/);
    assert.doesNotMatch(answers.join('\n'), /5ecre7/);
  });
});

describe('pipelining', () => {
  const pair = startPair();
  const asking = (content, stream = false) => ask({stream, messages: [{role: 'user', content}]});
  const answers = (count) => new RegExp(`(?:HTTP/1\\.1 200 [^]*?(?:message_stop|"usage")[^]*?){${count}}`);

  test('two requests in one piece are answered in order', OPTIONS, async (t) => {
    pair.provider.script((body) => say(`answer to ${body.messages[0].content}`));
    const wire = await Wire.connect(pair.proxy.port);
    t.after(() => wire.destroy());
    wire.write(postBytes(asking('one')) + postBytes(asking('two')));
    await within(10_000, 'both answers', wire.until(answers(2)));
    const order = [...wire.text.matchAll(/answer to (\w+)/g)].map((match) => match[1]);
    assert.deepEqual(order, ['one', 'two']);
    pair.assertAccepted(2);
  });

  test('a request that comes during a stream waits for its end', OPTIONS, async (t) => {
    const {passed, open} = gate();
    pair.provider.script([halves('The stream goes on and on.', passed), say('my turn')]);
    const wire = await Wire.connect(pair.proxy.port);
    t.after(() => wire.destroy());
    wire.write(postBytes(asking('one', true)));
    await wire.until(/text_delta/);
    wire.write(postBytes(asking('two')));
    open();
    await within(10_000, 'both answers', wire.until(answers(2)));
    assert.ok(wire.text.indexOf('message_stop') < wire.text.indexOf('my turn'));
    pair.assertAccepted(2);
  });
});
