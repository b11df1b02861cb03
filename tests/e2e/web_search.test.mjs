import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, error, say, sse} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';
import {eventsOf, gate, post} from '../support/wire.mjs';

/** WebSearch of the real Claude Code: a nested request with one server tool. */

const LIMIT = {
  skip: npmMissing,
  timeout: 120_000
};

const OPTIONS = {
  timeout: 30_000
};

const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
after(() => rmSync(folder, {recursive: true}));
const searching = join(folder, 'searching');
writeFileSync(searching, '127.0.0.1 * web_search=openrouter\n');

const QUERY = 'newest C++ standard';
const isSearch = (body) => JSON.stringify(body.messages).includes(`web search for the query: ${QUERY}`) &&
    !JSON.stringify(body.messages).includes('MAIN TASK');
const toolResult = (body) => body.messages.find(({role}) => role === 'tool')?.content;

/** A model that calls WebSearch, and says what came of it. */
const main = (body) => toolResult(body) ? say('C++23, it seems.') : completion({calls: [call('WebSearch', {query: QUERY}, 'call_search')]});

async function search(t, environment, answer) {
  const pair = await pairFor(t, environment, {strict: false});
  const work = workingDirectory();
  t.after(() => work.remove());
  pair.provider.script((body) => isSearch(body) ? answer : main(body));
  const session = await runClaude({url: pair.proxy.url, cwd: work.path, args: ['MAIN TASK: look it up.']});
  assert.equal(session.status, 0, session.stderr);
  assert.equal(session.result.result, 'C++23, it seems.');
  const bodies = pair.provider.requests.map(({body}) => body);
  return {nested: bodies.find(isSearch), result: JSON.stringify(bodies.map(toolResult).find(Boolean))};
}

const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({id: 'gen-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{index: 0, delta, finish_reason}]})}\n\n`;

test('a provider that searches: the pages reach the client as search results', LIMIT, async (t) => {
  const url_citation = {url: 'https://isocpp.org/std', title: 'The Standard', content: '…', start_index: 0, end_index: 5};
  const answer = sse(
      chunk({role: 'assistant', content: 'It is C++23.'}) + chunk({annotations: [{type: 'url_citation', url_citation}]}) +
      chunk({}, 'stop') + 'data: [DONE]\n\n');
  const {nested, result} = await search(t, {PROFILES_FILE: searching}, answer);
  assert.deepEqual(nested.tools, [{type: 'openrouter:web_search'}]);
  assert.equal(nested.tool_choice, undefined);
  assert.match(result, /It is C\+\+23\./);
  assert.match(result, /The Standard.*https:\/\/isocpp\.org\/std/);
});

test('one that does not: the turn goes on, and the model says so', LIMIT, async (t) => {
  const {nested, result} = await search(t, {}, say('Web search is not configured here.'));
  assert.equal(nested.tools, undefined);
  assert.match(JSON.stringify(nested.messages[0]), /Web search is not configured/);
  assert.match(result, /not configured here/);
});

/** A search engine on a free port: `answer` gives {status, body}, after `held`. */
async function engine(t, answer, held) {
  const asked = [];
  const server = http.createServer(async (request, response) => {
    asked.push({path: request.url, key: request.headers.authorization});
    await held;
    const {status = 200, body} = answer();
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  /** When the next request has come, and when its client has gone. */
  const aborted = () => {
    const started = once(server, 'request');
    return {started, ended: started.then(([, response]) => once(response, 'close'))};
  };
  return {asked, aborted, url: `http://127.0.0.1:${server.address().port}`};
}

const PAGES = {results: [
  {url: 'https://isocpp.org/std', title: 'The Standard', content: 'C++23 is published.'},
  {url: 'https://example.com/', title: 'Elsewhere', content: 'Nothing.'},
]};

test('a configured search engine: the model answers from its results, the client gets the pages', LIMIT, async (t) => {
  const {asked, url} = await engine(t, () => ({body: PAGES}));
  const {nested, result} = await search(t, {SEARCH_URL: url, SEARCH_API_KEY: 'search-key-123'}, say('It is C++23.'));
  assert.deepEqual(asked, [{path: '/search?format=json&q=newest%20C%2B%2B%20standard', key: 'Bearer search-key-123'}]);
  assert.equal(nested.tools, undefined);
  assert.doesNotMatch(JSON.stringify(nested), /not configured|search-key-123/);
  assert.match(nested.messages.at(-1).content, /1\. The Standard\nhttps:\/\/isocpp\.org\/std\nC\+\+23 is published\./);
  assert.match(result, /It is C\+\+23\./);
  assert.match(result, /The Standard.*https:\/\/isocpp\.org\/std/);
});

const TOOL = {type: 'web_search_20250305', name: 'web_search', max_uses: 8};
const question = (more = {}) => ask({messages: [{role: 'user', content: QUERY}], tools: [TOOL], ...more});

test('the SDK gets the blocks of a search in front of the answer, streamed and not', NEEDS_SDK, async (t) => {
  const {url} = await engine(t, () => ({body: PAGES}));
  const {provider, proxy} = await pairFor(t, {SEARCH_URL: url});
  provider.script(() => say('It is C++23.'));
  const tools = [{...TOOL, allowed_domains: ['isocpp.org']}];
  const client = clientOf(proxy.url);
  const {stream: _, ...body} = question({tools});
  for (const message of [await client.messages.create(body), await client.messages.stream(body).finalMessage()]) {
    const [use, found, text] = message.content;
    assert.deepEqual([use.type, use.name, use.input], ['server_tool_use', 'web_search', {}]);
    assert.equal(found.tool_use_id, use.id);
    assert.deepEqual(found.content.map(({type, url, title}) => [type, url, title]), [['web_search_result', 'https://isocpp.org/std', 'The Standard']]);
    assert.equal(text.text, 'It is C++23.');
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.usage.server_tool_use.web_search_requests, 1);
  }
});

for (const [name, answer, said] of [
       ['refuses', () => ({status: 403, body: {}}), /failed: 127\.0\.0\.1 answered 403/],
       ['answers with something else', () => ({body: {hello: 1}}), /failed: the answer is no list of results/],
       ['finds nothing', () => ({body: {results: []}}), /found nothing/],
     ]) {
  test(`where the search engine ${name}, the model is told so and the turn goes on`, NEEDS_SDK, async (t) => {
    const {url} = await engine(t, answer);
    const {provider, proxy} = await pairFor(t, {SEARCH_URL: url});
    provider.script([say('I could not find it.')]);
    const {stream: _, ...body} = question();
    const message = await clientOf(proxy.url).messages.create(body);
    assert.deepEqual(message.content, [{type: 'text', text: 'I could not find it.', citations: null}]);
    assert.match(provider.requests[0].body.messages.at(-1).content, said);
  });
}

test('a refusal that is learned does not search again', NEEDS_SDK, async (t) => {
  const {asked, url} = await engine(t, () => ({body: PAGES}));
  const {provider, proxy} = await pairFor(t, {SEARCH_URL: url});
  const refusal = {error: {message: "Unsupported value: 'temperature' does not support 0.5 with this model.", param: 'temperature', code: 'unsupported_value', type: 'invalid_request_error'}};
  provider.script([error(400, refusal), say('It is C++23.')]);
  const {stream: _, ...body} = question({temperature: 0.5});
  const message = await clientOf(proxy.url).messages.create(body);
  assert.deepEqual(message.content.map(({type}) => type), ['server_tool_use', 'web_search_tool_result', 'text']);
  assert.equal(asked.length, 1);
  assert.match(provider.requests[1].body.messages.at(-1).content, /The Standard/);
});

test('a slow search: the client hears from us after ten seconds, and the answer comes in the same stream', OPTIONS, async (t) => {
  const held = gate();
  const {url} = await engine(t, () => ({body: PAGES}), held.passed);
  const {provider, proxy} = await pairFor(t, {SEARCH_URL: url});
  provider.script([say('It is C++23.')]);
  const events = eventsOf(await post(proxy.url, question({stream: true})));
  assert.equal((await events.next()).value.name, 'message_start');
  assert.equal(provider.requests.length, 0);
  held.open();
  const names = [];
  for await (const {name} of events) names.push(name);
  assert.equal(names.filter((name) => name === 'message_start').length, 0);
  assert.deepEqual(names.filter((name) => name === 'content_block_start' || name === 'message_stop'),
                   ['content_block_start', 'content_block_start', 'content_block_start', 'message_stop']);
});

test('a client that goes away ends the search, and the provider is not asked', OPTIONS, async (t) => {
  const {aborted, url} = await engine(t, () => ({body: PAGES}), new Promise(() => {}));
  const {provider, proxy} = await pairFor(t, {SEARCH_URL: url});
  const away = new AbortController();
  const gone = aborted();
  const answer = post(proxy.url, question({stream: true}), {signal: away.signal});
  await gone.started;
  away.abort();
  await assert.rejects(answer);
  await gone.ended;
  assert.equal(provider.requests.length, 0);
});
