import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import zlib from 'node:zlib';

import {startPair} from '../support/pair.mjs';
import {completion, completionBody, completionStream, error, json, sse, staged} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, eventsOf, gate, post, textOf} from '../support/wire.mjs';

/**
 * Gateways that compress every body, whatever Accept-Encoding says.
 */

const OPTIONS = {
  timeout: 30_000
};
const CODINGS = {
  gzip: {name: 'gzip', pack: zlib.gzipSync},
  'deflate (zlib)': {name: 'deflate', pack: zlib.deflateSync},
  'deflate (raw)': {name: 'deflate', pack: zlib.deflateRawSync},
  br: {name: 'br', pack: zlib.brotliCompressSync},
  'gzip that no field names': {name: 'identity', pack: zlib.gzipSync},
  'a field without compression': {name: 'gzip', pack: (text) => Buffer.from(text)},
};
const ANSWER = completion({text: 'Compressed, and read all the same.', usage: {prompt: 70, completion: 9}});
const OVERFLOW = {
  error: {
    message: 'This model\'s maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.',
    type: 'invalid_request_error',
    code: 'context_length_exceeded'
  }
};

describe('a body that is compressed although nobody asked', () => {
  const pair = startPair({MAX_RETRIES: '0'});

  for (const [title, {name, pack}] of Object.entries(CODINGS)) {
    const headers = {'content-encoding': name, 'content-type': 'application/json'};

    test(`${title}: a whole answer`, OPTIONS, async () => {
      pair.provider.script([json(pack(JSON.stringify(completionBody(ANSWER, 'm'))), headers)]);
      const response = await post(pair.proxy.url, ask());
      const body = await response.json();
      assert.equal(response.status, 200, JSON.stringify(body));
      assert.equal(body.content[0].text, ANSWER.text);
      assert.equal(body.usage.output_tokens, 9);
    });

    for (const cut of [1, Infinity]) {
      test(`${title}: a stream in pieces of ${cut}`, OPTIONS, async () => {
        const bytes = pack(Buffer.from(completionStream(ANSWER, 'm', true)));
        pair.provider.script([sse(bytes, {cut, headers: {'content-encoding': name}})]);
        const response = await post(pair.proxy.url, ask({stream: true}));
        assert.equal(textOf(await allEvents(response)), ANSWER.text);
      });
    }

    test(`${title}: an overflow in the client's words`, OPTIONS, async () => {
      pair.provider.script([error(400, pack(JSON.stringify(OVERFLOW)), headers)]);
      const response = await post(pair.proxy.url, ask());
      assert.equal(response.status, 400);
      assert.match((await response.json()).error.message, /prompt is too long: 9000 tokens > 8192/);
    });
  }

  test('what is flushed is passed on at once', OPTIONS, async () => {
    const frames = Buffer.from(completionStream(ANSWER, 'm', true)).toString().split(/(?<=\n\n)/);
    const first = zlib.deflateRawSync(frames.slice(0, 4).join(''), {finishFlush: zlib.constants.Z_SYNC_FLUSH});
    const rest = zlib.deflateRawSync(frames.slice(4).join(''));
    const seen = gate();
    pair.provider.script([staged([first, seen.passed, rest], {headers: {'content-encoding': 'deflate'}})]);
    let text = '';
    for await (const event of eventsOf(await post(pair.proxy.url, ask({stream: true})))) {
      text += textOf([event]);
      if (text) seen.open();
    }
    assert.equal(text, ANSWER.text);
  });

  test('an unknown coding is named, with the cure', OPTIONS, async () => {
    pair.provider.script([json(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04]), {'content-encoding': 'zstd'})]);
    const response = await post(pair.proxy.url, ask());
    assert.equal(response.status, 502);
    assert.match((await response.json()).error.message, /Content-Encoding zstd.*switch compression off/);
  });
});
