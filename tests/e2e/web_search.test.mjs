import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, say, sse} from '../support/replies.mjs';

/** WebSearch of the real Claude Code: a nested request with one server tool. */

const LIMIT = {
  skip: npmMissing,
  timeout: 120_000
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
