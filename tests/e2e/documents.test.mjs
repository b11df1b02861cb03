import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {chmodSync, createReadStream, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {pdf} from '../support/media.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, error, say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, post, textOf, within} from '../support/wire.mjs';

/** PDFs for a provider that takes no files. */

const OPTIONS = {
  timeout: 60_000
};
const folder = mkdtempSync(join(tmpdir(), 'documents-'));
after(() => rmSync(folder, {recursive: true}));

/** A program in place of pdftotext. */
function program(name, script) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const rules = (settings) => {
  const path = join(folder, settings.replace(/\W/g, '_'));
  writeFileSync(path, `127.0.0.1 * ${settings}\n`);
  return {PROFILES_FILE: path};
};

const documentOf = (bytes) =>
    ({type: 'document', source: {type: 'base64', media_type: 'application/pdf', data: bytes.toString('base64')}});
const about = (bytes, more = {}) =>
    ask({messages: [{role: 'user', content: [documentOf(bytes), {type: 'text', text: 'What does it say?'}]}], ...more});
const sentText = ({body}) => JSON.stringify(body.messages.filter(({role}) => role === 'user'));

describe('a PDF', () => {
  test('arrives as its text, and each turn repeats its bytes', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {});
    provider.script([say('one'), say('two')]);
    const first = about(pdf('Hello PDF'));
    assert.equal((await post(proxy.url, first)).status, 200);
    const messages = [...first.messages, {role: 'assistant', content: 'one'}, {role: 'user', content: 'And?'}];
    assert.equal((await post(proxy.url, {...first, messages})).status, 200);
    assert.match(sentText(provider.requests[0]), /the text of a PDF[^"]*Hello PDF/);
    assert.deepEqual(provider.requests[1].body.messages[0], provider.requests[0].body.messages[0]);
  });

  test('counts as the text that is sent', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {});
    provider.script([say('one')]);
    const words = 'one two three four five six seven eight nine ten '.repeat(40);
    const {max_tokens: _, ...counted} = about(pdf(words));
    const count = async () =>
        (await (await post(proxy.url, counted, {path: '/v1/messages/count_tokens'})).json()).input_tokens;
    const before = await count();
    const events = await allEvents(await post(proxy.url, about(pdf(words), {stream: true})));
    const started = events.find(({name}) => name === 'message_start').data.message.usage.input_tokens;
    assert.equal(await count(), started);
    assert.ok(started > 400 && started < 600, `${started}`);
    assert.ok(before < 200, `${before}: a placeholder while nobody has read it`);
  });

  test('is read once, also by requests that come together', OPTIONS, async (t) => {
    const another = program('another', 'cat /proc/sys/kernel/random/uuid');  // each time another text
    const {provider, proxy} = await pairFor(t, {PDF_TO_TEXT: another});
    provider.script(() => say('ok'));
    const same = Array.from({length: 6}, () => post(proxy.url, about(Buffer.from('%PDF the same'))));
    for (const response of await Promise.all(same)) assert.equal(response.status, 200);
    const texts = provider.requests.map(sentText);
    assert.match(texts[0], /[0-9a-f]{8}-[0-9a-f]{4}-/);
    assert.deepEqual([texts.length, new Set(texts).size], [6, 1]);
  });

  test('without text is a placeholder, and the log says why', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {});
    provider.script([say('ok')]);
    assert.equal((await post(proxy.url, about(Buffer.from('no PDF at all')))).status, 200);
    assert.match(sentText(provider.requests[0]), /cannot be seen here/);
    await proxy.said(/no text can be extracted from a PDF of 13 bytes: \S+ ended with exit code 1/);
  });

  test('that takes too long is a placeholder', OPTIONS, async (t) => {
    const slow = program('slow', 'exec sleep 600');
    const {provider, proxy} = await pairFor(t, {PDF_TO_TEXT: slow, PDF_TIMEOUT: '1'});
    provider.script([say('ok')]);
    const events = await allEvents(await post(proxy.url, about(pdf('late'), {stream: true})));
    assert.equal(textOf(events), 'ok');
    assert.match(sentText(provider.requests[0]), /cannot be seen here/);
    await proxy.said(/took longer than 1 s/);
  });

  test('that is read, and one that waits for it, do not hold up the end of the process', OPTIONS, async (t) => {
    const started = join(folder, 'started');
    execFileSync('mkfifo', [started]);
    const slow = program('endless', `echo started >${started}\nexec sleep 600`);
    const {proxy} = await pairFor(t, {PDF_TO_TEXT: slow, WORKERS: '1'});
    const requests = ['one', 'two', 'three'].map((text) => post(proxy.url, about(pdf(text), {stream: true})));
    const ended = Promise.allSettled(requests.map(async (request) => allEvents(await request)));
    for (let words = ''; words.length < 'started\n'.length * 2;) {  // the third waits for its turn
      for await (const more of createReadStream(started, 'utf8')) words += more;
    }
    assert.equal((await fetch(proxy.url)).status, 200);
    proxy.signal('SIGTERM');
    await within(5_000, 'the note about the signal', proxy.said(/SIGTERM/));
    proxy.signal('SIGTERM');
    assert.equal(await within(5_000, 'the exit', proxy.exited), 0);
    await within(5_000, 'the end of the requests', ended);
  });

  test('is a file where the provider takes files, until it says that it does not', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, rules('files=yes'), {strict: false});
    const refusal = error(400, {error: {message: 'Invalid value: \'file\'. Supported values are: \'text\' and \'image_url\'.', type: 'invalid_request_error', param: 'messages[0].content[0].type', code: 'invalid_value'}});
    provider.script([refusal, say('ok')]);
    assert.equal((await post(proxy.url, about(pdf('Hello PDF')))).status, 200);
    assert.match(sentText(provider.requests[0]), /"file_data":"data:application\/pdf;base64,/);
    assert.match(sentText(provider.requests[1]), /the text of a PDF[^"]*Hello PDF/);
  });

  test('with PDF_TO_TEXT=off is a placeholder', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {PDF_TO_TEXT: 'off'});
    provider.script([say('ok')]);
    assert.equal((await post(proxy.url, about(pdf('Hello PDF')))).status, 200);
    assert.match(sentText(provider.requests[0]), /cannot be seen here/);
    await proxy.said(/there is no pdftotext/);
  });
});

test('Claude Code reads a PDF, and the model gets its words', {skip: npmMissing, timeout: 120_000}, async (t) => {
  const {provider, proxy} = await pairFor(t, {});
  const work = workingDirectory();
  t.after(() => work.remove());
  const path = join(work.path, 'a.pdf');
  writeFileSync(path, pdf('The treasure lies under the oak'));
  provider.script((body) => body.messages.some(({role}) => role === 'tool') ?
      say('Under the oak.') :
      completion({calls: [call('Read', {file_path: path})]}));
  const session = await runClaude({url: proxy.url, cwd: work.path, args: ['Where is the treasure?']});
  assert.equal(session.result.result, 'Under the oak.');
  const {body} = provider.requests.find((request) => request.body.messages.some(({role}) => role === 'tool'));
  assert.match(JSON.stringify(body.messages), /The treasure lies under the oak/);
});
