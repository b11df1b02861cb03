import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {describe, test} from 'node:test';

import {Provider} from '../support/provider.mjs';
import {runToEnd, startProxy, startProxyFor} from '../support/proxy.mjs';
import {say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, namesOf, post, textOf} from '../support/wire.mjs';

/** The start of the program: what it takes, what it refuses, and the demo. */

const OPTIONS = {
  timeout: 30_000
};

describe('the command line', () => {
  for (const [flag, wording] of [
           ['--help', /OPENAI_API_KEY[^]*--?|Usage/], ['--version', /^claude-code-proxy \d/]]) {
    test(`${flag} needs no key`, OPTIONS, async () => {
      const {status, stdout, stderr} = await runToEnd({}, {args: [flag]});
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, wording);
    });
  }

  test('an unknown flag is refused', OPTIONS, async () => {
    const {status, stderr} = await runToEnd({OPENAI_API_KEY: 'sk-test'}, {args: ['--no-such-flag']});
    assert.ok(Number.isInteger(status) && status !== 0, `status ${status}`);
    assert.match(stderr, /--no-such-flag/);
  });
});

describe('the configuration', () => {
  test('without a key, the message says what to do', OPTIONS, async () => {
    const {status, stdout, stderr} = await runToEnd({});
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /OPENAI_API_KEY/);
    assert.match(stderr, /--demo/);
  });

  test('all problems are listed at once', OPTIONS, async () => {
    const {status, stderr} =
        await runToEnd({PORT: 'eighty', LOG_LEVEL: 'loud', MAX_RETRIES: '-1', OPENAI_BASE_URL: 'ftp://host'});
    assert.equal(status, 2);
    const lines = stderr.split('\n');
    const problems = {PORT: 'eighty', LOG_LEVEL: 'loud', MAX_RETRIES: '-1', OPENAI_BASE_URL: 'ftp://host'};
    for (const [name, value] of Object.entries(problems)) {
      assert.ok(lines.some((line) => line.includes(`${name}: "${value}"`)), `${name} is not in\n${stderr}`);
    }
    assert.ok(lines.some((line) => line.includes('OPENAI_API_KEY')), stderr);
  });

  test('a bad key is not shown', OPTIONS, async () => {
    const {status, stderr} = await runToEnd({OPENAI_API_KEY: 'sk-with space'});
    assert.equal(status, 2);
    assert.match(stderr, /OPENAI_API_KEY/);
    assert.doesNotMatch(stderr, /with space/);
  });

  async function modelsWith(t, environment, options) {
    const provider = await Provider.start();
    t.after(() => provider.stop());
    const files = Object.fromEntries(
        Object.entries(options.files).map(([name, text]) => [name, text.replace('{url}', provider.baseUrl)]));
    const proxy = await startProxy(environment, {...options, files});
    t.after(() => proxy.stop());
    provider.script(() => say('ok'));
    for (const model of ['claude-opus-4', 'claude-haiku-4']) {
      assert.equal((await post(proxy.url, ask({model}))).status, 200);
    }
    return provider.requests.map((exchange) => exchange.body.model);
  }

  const ENV_FILE =
      `# comment\nOPENAI_API_KEY="sk-test"\nOPENAI_BASE_URL={url}\nBIG_MODEL=gpt-4o\nexport SMALL_MODEL=gpt-4.1\n`;

  test('.env is read, and the shell wins', OPTIONS, async (t) => {
    const models = await modelsWith(t, {BIG_MODEL: 'gpt-4o-mini'}, {files: {'.env': ENV_FILE}});
    assert.deepEqual(models, ['gpt-4o-mini', 'gpt-4.1']);
  });

  test('--env-file takes the place of .env', OPTIONS, async (t) => {
    const files = {'.env': 'OPENAI_API_KEY=sk-other\nBIG_MODEL=gpt-4o-mini\n', 'other.env': ENV_FILE};
    const models = await modelsWith(t, {}, {args: ['--env-file', 'other.env'], files});
    assert.deepEqual(models, ['gpt-4o', 'gpt-4.1']);
  });

  test('an --env-file that is not there', OPTIONS, async () => {
    const {status, stderr} =
        await runToEnd({OPENAI_API_KEY: 'sk-test'}, {args: ['--env-file', 'missing.env']});
    assert.equal(status, 2);
    assert.match(stderr, /missing\.env/);
  });
});

describe('a port that is in use', () => {
  async function assertRefused(port) {
    const {status, stderr} = await runToEnd({OPENAI_API_KEY: 'sk-test', PORT: String(port)});
    assert.equal(status, 1, stderr);
    assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}`));
    assert.match(stderr, /in use/);
    assert.match(stderr, /\bPORT\b/);
  }

  test('by another program', OPTIONS, async (t) => {
    const other = net.createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    await assertRefused(other.address().port);
  });

  test('by another proxy', OPTIONS, async (t) => {
    const other = await startProxy({OPENAI_API_KEY: 'sk-test'});
    t.after(() => other.stop());
    await assertRefused(other.port);
  });
});

describe('--demo', () => {
  const GLOB = {
    name: 'Glob',
    description: 'Finds files',
    input_schema: {type: 'object', properties: {pattern: {type: 'string'}}, required: ['pattern']}
  };

  async function startDemo(t, environment = {}) {
    const proxy = await startProxy(environment, {args: ['--demo']});
    t.after(() => proxy.stop());
    assert.match(proxy.stderr, /DEMO/);
    return proxy;
  }

  const stopReason = (events) =>
      events.find((event) => event.name === 'message_delta').data.delta.stop_reason;
  const toolUses = (events) => events.filter((event) => event.data.content_block?.type === 'tool_use')
                                   .map(({data}) => data.content_block);

  test('a whole conversation', OPTIONS, async (t) => {
    const proxy = await startDemo(t);
    const question = ask({stream: true, tools: [GLOB]});
    const first = await allEvents(await post(proxy.url, question));
    assert.deepEqual(toolUses(first).map((block) => block.name), ['Glob']);
    assert.deepEqual([stopReason(first), first.at(-1).name], ['tool_use', 'message_stop']);
    const input = first.map((event) => event.data.delta?.partial_json ?? '').join('');
    assert.equal(typeof JSON.parse(input).pattern, 'string');

    const [{id, name}] = toolUses(first);
    const messages = [
      ...question.messages,
      {
        role: 'assistant',
        content: [{type: 'text', text: textOf(first)}, {type: 'tool_use', id, name, input: JSON.parse(input)}]
      },
      {role: 'user', content: [{type: 'tool_result', tool_use_id: id, content: 'README.md, main.cc'}]},
    ];
    const second = await allEvents(await post(proxy.url, {...question, messages}));
    assert.match(textOf(second), /README\.md, main\.cc/);
    assert.deepEqual([stopReason(second), toolUses(second)], ['end_turn', []]);

    messages.push({role: 'assistant', content: textOf(second)}, {role: 'user', content: 'and now?'});
    const third = await (await post(proxy.url, {...question, stream: false, messages})).json();
    assert.deepEqual([third.stop_reason, third.content.map((block) => block.type)], ['end_turn', ['text']]);
  });

  for (const stream of [false, true]) {
    test(`keeps to max_tokens, ${stream ? 'stream' : 'create'}`, OPTIONS, async (t) => {
      const proxy = await startDemo(t, {MIN_TOKENS_LIMIT: '1'});
      const response = await post(proxy.url, ask({stream, max_tokens: 4, tools: [GLOB]}));
      if (!stream) {
        const message = await response.json();
        assert.deepEqual([message.stop_reason, message.usage.output_tokens], ['max_tokens', 4]);
        return assert.equal(message.content[0].text.split(' ').length, 4);
      }
      const events = await allEvents(response);
      assert.equal(stopReason(events), 'max_tokens');
      assert.equal(textOf(events).split(' ').length, 4);
      return assert.ok(namesOf(events).includes('message_stop'));
    });
  }

  test('needs no key, and none of a provider\'s is used', OPTIONS, async (t) => {
    const provider = await Provider.start();
    t.after(() => provider.stop());
    const proxy = await startProxyFor(provider, {}, {args: ['--demo']});
    t.after(() => proxy.stop());
    const message = await (await post(proxy.url, ask())).json();
    assert.match(message.content[0].text, /demo/i);
    assert.equal(provider.requests.length, 0);
  });
});
