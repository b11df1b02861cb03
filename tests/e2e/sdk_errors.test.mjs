import assert from 'node:assert/strict';
import {test} from 'node:test';

import {sdk} from '../support/npm.mjs';
import {startPair} from '../support/pair.mjs';
import {startProxyFor} from '../support/proxy.mjs';
import {beginning, disconnect, error, say, sse} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';

/** What goes wrong, as the official SDK shows it to a program. */

const pair = startPair({MAX_RETRIES: '0'});

const openaiError = (message, type = 'server_error', code = null) =>
    ({error: {message, type, param: null, code}});
/** The provider's answer, and the error the SDK raises: class, status, type, words. */
const REFUSALS = {
  'bad request': [
    error(400, openaiError('bad thing', 'invalid_request_error')),
    ['BadRequestError', 400, 'invalid_request_error', /bad thing/],
  ],
  'the proxy\'s own key is wrong': [
    error(401, openaiError('Incorrect API key provided: sk-abc', 'invalid_request_error', 'invalid_api_key')),
    ['PermissionDeniedError', 403, 'permission_error', /OPENAI_API_KEY/],
  ],
  'unknown model': [
    error(404, openaiError('The model `x` does not exist', 'invalid_request_error', 'model_not_found')),
    ['NotFoundError', 404, 'not_found_error', /does not exist/],
  ],
  'rate limit': [
    error(429, openaiError('Rate limit reached', 'requests', 'rate_limit_exceeded')),
    ['RateLimitError', 429, 'rate_limit_error', /Rate limit reached/],
  ],
  'server error': [
    error(500, openaiError('The server had an error')),
    ['InternalServerError', 500, 'api_error', /The server had an error/],
  ],
  overloaded: [
    error(529, {error: 'overloaded'}),
    ['InternalServerError', 529, 'overloaded_error', /overloaded/],
  ],
  'an HTML page': [
    error(502, '<html>Bad Gateway</html>'),
    ['InternalServerError', 502, 'api_error', /502|Bad Gateway/],
  ],
  'context overflow': [
    error(
        400,
        openaiError(
            'This model\'s maximum context length is 128000 tokens. However, your messages resulted in 130001 ' +
                'tokens.',
            'invalid_request_error', 'context_length_exceeded')),
    ['BadRequestError', 400, 'invalid_request_error', /prompt is too long: 130001 tokens > 128000 maximum/],
  ],
  'a connection that closes before the answer': [
    disconnect(),
    ['InternalServerError', 502, 'api_error', /./],
  ],
};

/** The promise fails with the SDK's own error of this class, status, type and wording, and a request id. */
async function assertFailure(promise, [kind, status, type, wording]) {
  await assert.rejects(promise, (failure) => {
    assert.ok(failure instanceof sdk[kind], `${failure.constructor.name} instead of ${kind}: ${failure}`);
    assert.deepEqual([failure.status, failure.type], [status, type]);
    assert.match(failure.message, wording);
    assert.match(failure.requestID ?? '', /\S/, 'request-id');
    assert.equal(failure.error.request_id, failure.requestID);
    return true;
  });
}

for (const [name, [reply, failure]] of Object.entries(REFUSALS)) {
  for (const stream of [false, true]) {
    test(`${name}, ${stream ? 'stream' : 'create'}`, NEEDS_SDK, async () => {
      pair.provider.script(() => reply);
      await assertFailure(clientOf(pair.proxy.url).messages.create(ask({stream})), failure);
    });
  }
}

const STREAMS = {
  breaks: sse(beginning(say('This is cut in the middle'), 3), {end: 'disconnect'}),
  'ends early': sse(beginning(say('This is cut in the middle'), 3)),
  'is garbage': sse('data: {"choices": nonsense\n\n'),
};

for (const [name, reply] of Object.entries(STREAMS)) {
  test(`a stream that ${name}`, NEEDS_SDK, async () => {
    pair.provider.script([reply]);
    await assert.rejects(clientOf(pair.proxy.url).messages.stream(ask()).finalMessage(), (failure) => {
      assert.ok(failure instanceof sdk.APIError, `${failure.constructor.name}: ${failure}`);
      assert.equal(failure.type, 'api_error');
      return true;
    });
  });
}

test('a request that is none', NEEDS_SDK, async () => {
  pair.provider.script([]);
  await assertFailure(
      clientOf(pair.proxy.url).messages.create(ask({messages: []})),
      ['BadRequestError', 400, 'invalid_request_error', /messages/]);
  pair.assertAccepted(0);
});

test('the SDK repeats what may be repeated', NEEDS_SDK, async () => {
  pair.provider.script([error(503, openaiError('busy')), say('better')]);
  const message = await clientOf(pair.proxy.url, {maxRetries: 1}).messages.create(ask());
  assert.equal(message.content[0].text, 'better');
  pair.assertAccepted(2);
});

test('the proxy repeats on its own when MAX_RETRIES says so', NEEDS_SDK, async (t) => {
  const retrying = await startProxyFor(pair.provider, {MAX_RETRIES: '1'});
  t.after(() => retrying.stop());
  pair.provider.script([error(500, openaiError('busy')), say('better')]);
  const message = await clientOf(retrying.url).messages.stream(ask()).finalMessage();
  assert.equal(message.content[0].text, 'better');
  pair.assertAccepted(2);
});

test('client keys are checked when ANTHROPIC_API_KEY is set', NEEDS_SDK, async (t) => {
  const guarded = await startProxyFor(pair.provider, {ANTHROPIC_API_KEY: 'right'});
  t.after(() => guarded.stop());
  pair.provider.script([say('a'), say('b')]);
  await clientOf(guarded.url, {apiKey: 'right'}).messages.create(ask());
  await clientOf(guarded.url, {apiKey: null, authToken: 'right'}).messages.create(ask());
  await assertFailure(
      clientOf(guarded.url, {apiKey: 'wrong'}).messages.create(ask()),
      ['AuthenticationError', 401, 'authentication_error', /./]);
  pair.assertAccepted(2);
});
