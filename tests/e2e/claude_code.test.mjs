import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {pdf, png} from '../support/media.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor, startPair} from '../support/pair.mjs';
import {beginning, call, completion, completionStream, error, say, sse} from '../support/replies.mjs';

/**
 * The real Claude Code, headless, in front of the proxy; a scripted model behind the strict pair.provider.
 */

const LIMIT = {
  skip: npmMissing,
  timeout: 120_000
};

const pair = startPair({BIG_MODEL: 'gpt-4o', SMALL_MODEL: 'gpt-4o-mini'});

let directory;
beforeEach(() => {
  directory = workingDirectory();
});
afterEach(() => directory.remove());

const file = (name) => join(directory.path, name);
const claude = (prompt, options) =>
    runClaude({url: pair.proxy.url, cwd: directory.path, args: [prompt], ...options});
const ofRole = (body, role) => body.messages.filter((message) => message.role === role);
const toolMessages = (body) =>
    new Map(ofRole(body, 'tool').map((message) => [message.tool_call_id, message.content]));
const textOf = (content) =>
    (typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n'));
const promptOf = (body) => ofRole(body, 'user').map((message) => textOf(message.content)).join('\n');

/** A model that takes the next step each time the conversation has one more assistant turn. */
const steps = (...replies) => (body) =>
    replies[Math.min(ofRole(body, 'assistant').length, replies.length - 1)];

/** The client is content, with this answer, and the provider never had to refuse anything. */
function assertDone(session, answer) {
  assert.equal(session.status, 0, session.stderr);
  assert.deepEqual(pair.provider.refusals, []);
  assert.deepEqual(pair.provider.unexpected, []);
  assert.equal(session.result?.is_error, false, JSON.stringify(session.result));
  assert.equal(session.result.result, answer);
}

test('a plain answer', LIMIT, async () => {
  pair.provider.script(
      steps(completion({text: 'The answer is 42 – ✓.', usage: {prompt: 12345, completion: 7}})));
  const session = await claude('What is the answer?');
  assertDone(session, 'The answer is 42 – ✓.');
  assert.deepEqual([session.result.usage.input_tokens, session.result.usage.output_tokens], [12345, 7]);
  const [{body}] = pair.provider.requests;
  assert.equal(pair.provider.requests.length, 1);
  assert.deepEqual([body.model, body.stream, body.messages[0].role], ['gpt-4o', true, 'system']);
  assert.match(promptOf(body), /What is the answer\?/);
  assert.doesNotMatch(JSON.stringify(body), /x-anthropic-billing-header/);
  assert.ok(body.tools.some((tool) => tool.function.name === 'Bash'));
});

test('a loop of five turns with parallel calls and a failing tool', LIMIT, async () => {
  pair.provider.script(steps(
      completion({
        text: 'First.',
        calls: [
          call('Bash', {command: 'echo broken >&2; exit 3', description: 'fails'}, 'call_fail'),
          call('Write', {file_path: file('a.txt'), content: 'one\nzwei 😀\n'}, 'call_write')
        ]
      }),
      completion({
        calls: [
          call('Read', {file_path: file('a.txt')}, 'call_read'),
          call('Bash', {command: 'echo hi', description: 'says hi'}, 'call_hi')
        ]
      }),
      completion({
        calls: [call('Edit', {file_path: file('a.txt'), old_string: 'one', new_string: 'three'}, 'call_edit')]
      }),
      completion({
        reasoning: 'now look',
        calls: [call('Bash', {command: 'cat a.txt', description: 'shows it'}, 'call_cat')]
      }),
      say('All done.')));
  const session = await claude('Work.');
  assertDone(session, 'All done.');
  assert.equal(readFileSync(file('a.txt'), 'utf8'), 'three\nzwei 😀\n');

  const results = session.toolResults;
  assert.deepEqual(
      [...results.keys()].sort(),
      ['call_cat', 'call_edit', 'call_fail', 'call_hi', 'call_read', 'call_write']);
  assert.equal(results.get('call_fail').is_error, true);
  assert.equal(results.get('call_hi').content, 'hi');

  assert.equal(pair.provider.requests.length, 5);
  const sent = toolMessages(pair.provider.requests[4].body);
  assert.match(textOf(sent.get('call_fail')), /broken/);
  assert.match(textOf(sent.get('call_fail')), /error/i, 'the model must see that the tool failed');
  assert.match(textOf(sent.get('call_read')), /zwei 😀/);
  assert.match(textOf(sent.get('call_cat')), /three\nzwei/);
});

test('a tool whose schema is loaded on demand', LIMIT, async () => {
  pair.provider.script(steps(
      completion({calls: [call('ToolSearch', {query: 'select:CronList', max_results: 5}, 'call_search')]}),
      completion({calls: [call('CronList', {}, 'call_cron')]}), say('No jobs.')));
  const session = await claude('Which jobs are there?');
  assertDone(session, 'No jobs.');
  assert.match(JSON.stringify(session.toolResults.get('call_cron').content), /No scheduled jobs/);
  const {body} = pair.provider.requests[1];
  assert.match(textOf(toolMessages(body).get('call_search')), /CronList/);
  assert.ok(
      body.tools.some((tool) => tool.function.name === 'CronList'),
      'the loaded tool is offered to the model');
});

test('Read of a picture', LIMIT, async () => {
  const picture = png(16);
  writeFileSync(file('a.png'), picture);
  pair.provider.script(
      steps(completion({calls: [call('Read', {file_path: file('a.png')}, 'call_read')]}), say('Grey.')));
  assertDone(await claude('What is on a.png?'), 'Grey.');
  const {messages} = pair.provider.requests[1].body;
  const at = messages.findIndex((message) => message.role === 'tool');
  const image = messages[at + 1].content.find((part) => part.type === 'image_url');
  assert.equal(image.image_url.url, `data:image/png;base64,${picture.toString('base64')}`);
});

test('Read of a PDF', LIMIT, async () => {
  writeFileSync(file('a.pdf'), pdf('Hello PDF'));
  pair.provider.script(
      steps(completion({calls: [call('Read', {file_path: file('a.pdf')}, 'call_read')]}), say('A PDF.')));
  assertDone(await claude('What is in a.pdf?'), 'A PDF.');
  const {messages} = pair.provider.requests[1].body;
  const behind = messages.slice(messages.findIndex((message) => message.role === 'tool'));
  assert.match(JSON.stringify(behind), /PDF file read/);
  assert.match(JSON.stringify(behind), /application\/pdf|document/, 'the model must learn of the document');
});

test('the title of a session', LIMIT, async () => {
  pair.provider.script(
      (body) => (body.response_format ? say('{"title":"Greeting in the file list"}') : say('unexpected')));
  const session = await runClaude({
    url: pair.proxy.url,
    cwd: directory.path,
    args: ['--input-format', 'stream-json'],
    input: [{
      type: 'control_request',
      request_id: 'one',
      request: {
        subtype: 'generate_session_title',
        description: 'List the files, then fix the greeting.',
        persist: false
      }
    }],
    done: (event) => event.type === 'control_response',
  });
  assert.deepEqual(pair.provider.refusals, []);
  assert.match(JSON.stringify(session.controlResponses), /Greeting in the file list/);
  const format = pair.provider.requests[0].body.response_format;
  assert.equal(format.type, 'json_schema');
  assert.deepEqual(Object.keys(format.json_schema.schema.properties), ['title']);
});

test('a sub-agent', LIMIT, async () => {
  const isSubAgent = (body) => promptOf(body).includes('SUB TASK') && !promptOf(body).includes('MAIN TASK');
  const main = steps(
      completion({
        calls: [call(
            'Agent', {description: 'looks', prompt: 'SUB TASK', subagent_type: 'general-purpose'},
            'call_agent')]
      }),
      say('Waiting.'));
  const sub = steps(
      completion({calls: [call('Bash', {command: 'echo from below', description: 'speaks'}, 'call_below')]}),
      say('The sub-agent says 7.'));
  pair.provider.script((body) => {
    if (isSubAgent(body)) return sub(body);
    return JSON.stringify(body).includes('The sub-agent says 7.') ? say('It says 7.') : main(body);
  });
  const session = await claude('MAIN TASK: ask a sub-agent.');
  assertDone(session, 'It says 7.');
  const below = pair.provider.requests.filter((exchange) => isSubAgent(exchange.body));
  assert.equal(below.length, 2);
  assert.match(textOf(toolMessages(below[1].body).get('call_below')), /from below/);
});

test('/context counts tokens without the provider', LIMIT, async () => {
  pair.provider.script([]);
  const session = await claude('/context');
  assert.equal(session.status, 0, session.stderr);
  assert.match(session.result.result, /Context Usage|tokens/i);
  assert.equal(pair.provider.requests.length, 0);
});

test('a stream that breaks in the middle: the client asks again and shows that answer', LIMIT, async () => {
  const cut = sse(beginning(say('This will be cut, certainly.'), 3), {end: 'disconnect'});
  pair.provider.script([cut, say('Whole again.')]);
  assertDone(await claude('Speak.'), 'Whole again.');
  assert.equal(pair.provider.requests.length, 2);
});

test('thoughts between the text cost none of it', LIMIT, async () => {
  const chunk = (delta, finish = null) => `data: ${JSON.stringify({choices: [{index: 0, delta, finish_reason: finish}]})}\n\n`;
  pair.provider.script([sse([
    chunk({role: 'assistant', reasoning_content: 'first'}), chunk({content: 'The answer is '}),
    chunk({reasoning_content: 'second'}), chunk({content: '42, '}), chunk({reasoning_content: 'third'}),
    chunk({content: 'as ever.'}), chunk({}, 'stop'), 'data: [DONE]\n\n'
  ].join(''))]);
  assertDone(await claude('Speak.'), 'The answer is 42, as ever.');
  assert.equal(pair.provider.requests.length, 1);
});

for (const [name, before] of [['text', {}], ['thoughts and text', {reasoning: 'hm'}], ['nothing', {text: ''}]]) {
  // Behind text the client asks again without streaming, behind thoughts for a continuation; we ask for the whole then.
  test(`a call that is announced behind ${name} and not sent is made in the end`, LIMIT, async (t) => {
    const {provider, proxy} = await pairFor(t, {BIG_MODEL: 'gpt-4o', SMALL_MODEL: 'gpt-4o-mini', MAX_RETRIES: '0'});
    const absent = completion({text: 'Let me look.', ...before, finish: 'tool_calls'});
    const command = call('Bash', {command: 'echo here', description: 'says it'});
    provider.script((body) => {
      if (ofRole(body, 'tool').length > 0) return say('Found it.');
      return body.stream ? sse(completionStream(absent, 'gpt-4o', true)) : completion({text: 'Let me look.', calls: [command]});
    });
    const session = await runClaude({url: proxy.url, cwd: directory.path, args: ['Look.']});
    assert.deepEqual([session.status, session.result?.result], [0, 'Found it.'], JSON.stringify(session.result));
    assert.deepEqual(provider.requests.map(({body}) => body.stream ?? false), [true, false, false]);
    assert.equal(toolMessages(provider.requests[2].body).get(command.id), 'here');
  });
}

test('the provider is busy for a moment', LIMIT, async () => {
  const busy = {error: {message: 'slow down', type: 'requests', code: 'rate_limit_exceeded'}};
  pair.provider.script([error(429, busy, {'retry-after': '1'}), say('Here.')]);
  assertDone(await claude('Speak.'), 'Here.');
  assert.equal(pair.provider.requests.length, 2);
});

test('the provider refuses the proxy\'s key: the client stops at once and shows why', LIMIT, async () => {
  const wrong = {
    error: {message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key'}
  };
  pair.provider.script(() => error(401, wrong));
  const session = await claude('Speak.');
  assert.equal(session.result.is_error, true);
  assert.match(session.result.result, /OPENAI_API_KEY/);
  assert.equal(pair.provider.requests.length, 1);
});
