import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {startPair} from '../support/pair.mjs';
import {beginning, say, sse, staged} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, eventsOf, gate, namesOf, post, textOf} from '../support/wire.mjs';

/** Answers that fail after a 200: repeated while the client has no content, never once it has. */

const OPTIONS = {
  timeout: 40_000
};
const pair = startPair({MAX_RETRIES: '1'});
const errorObject = 'data: {"error": {"message": "overloaded, try again", "code": 503}}\n\n';
const roleOnly = beginning(say('never'), 1);

const BROKEN = {
  'an error object at the start': sse(errorObject),
  'an error object behind the role': sse(roleOnly + errorObject),
  'the end behind the role': sse(roleOnly),
  'a broken connection behind the role': sse(roleOnly, {end: 'disconnect'}),
  'no bytes at all': sse(''),
};

describe('before any content', () => {
  for (const [name, reply] of Object.entries(BROKEN)) {
    test(`${name}: the next attempt is the answer`, OPTIONS, async () => {
      pair.provider.script([reply, say('second')]);
      const events = await allEvents(await post(pair.proxy.url, ask({stream: true})));
      const names = namesOf(events);
      assert.equal(textOf(events), 'second');
      assert.equal(names.filter((one) => one === 'message_start').length, 1);
      assert.ok(!names.includes('error'));
      assert.equal(names.at(-1), 'message_stop');
      pair.assertAccepted(2);
      assert.deepEqual(pair.provider.requests[0].body, pair.provider.requests[1].body);
    });

    test(`${name}, twice: the HTTP status tells`, OPTIONS, async () => {
      pair.provider.script([reply, reply]);
      const response = await post(pair.proxy.url, ask({stream: true}));
      assert.ok(response.status >= 500, `${response.status}`);
      assert.equal((await response.json()).type, 'error');
      pair.assertAccepted(2);
    });
  }

  test('an error that no repetition cures is told at once', OPTIONS, async () => {
    pair.provider.script([sse('data: {"error": {"message": "bad schema", "code": 400}}\n\n'), say('never')]);
    const response = await post(pair.proxy.url, ask({stream: true}));
    assert.equal(response.status, 400);
    assert.match((await response.json()).error.message, /bad schema/);
    assert.equal(pair.provider.requests.length, 1);
  });

  test('a client that has had message_start and a ping gets no second one', OPTIONS, async () => {
    const {passed, open} = gate();
    pair.provider.script([staged([roleOnly, passed, errorObject]), say('second')]);
    const events = [];
    for await (const event of eventsOf(await post(pair.proxy.url, ask({stream: true})))) {
      events.push(event);
      if (event.name === 'ping') open();  // it comes after 10 s without content
    }
    assert.deepEqual(namesOf(events).slice(0, 3), ['message_start', 'ping', 'content_block_start']);
    assert.equal(textOf(events), 'second');
    assert.equal(events.at(-1).name, 'message_stop');
    pair.assertAccepted(2);
  });
});

describe('an answer that is collected', () => {
  for (const [name, reply] of Object.entries({
         'in a body that breaks off': sse('{"id": "x", "choi', {end: 'disconnect'}),
         'in a stream that ends after some text': sse(beginning(say('some text that is lost'), 3)),
       })) {
    test(`${name}: the next attempt is the answer`, OPTIONS, async () => {
      pair.provider.script([reply, say('second')]);
      const response = await post(pair.proxy.url, ask());
      assert.equal((await response.json()).content?.[0].text, 'second');
      pair.assertAccepted(2);
    });
  }
});

describe('after content', () => {
  test('nothing is repeated', OPTIONS, async () => {
    pair.provider.script([sse(beginning(say('This is cut in the middle'), 3)), say('never')]);
    const events = await allEvents(await post(pair.proxy.url, ask({stream: true})));
    assert.equal(events.at(-1).name, 'error');
    pair.assertAccepted(1);
  });
});
