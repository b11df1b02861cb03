import {npmMissing, sdk} from './npm.mjs';

/** What the tests that use the official SDK share. */

/** Options of a test: skipped, with the reason, when the SDK is not installed. */
export const NEEDS_SDK = {
  skip: npmMissing,
  timeout: 30_000
};

/** A client of the server at `url` that never repeats a request on its own, unless `options` say so. */
export const clientOf = (url, options) =>
    new sdk.Anthropic({apiKey: 'any', authToken: null, baseURL: url, maxRetries: 0, ...options});

/** A small request. */
export const ask = (fields) =>
    ({model: 'claude-sonnet-4', max_tokens: 1024, messages: [{role: 'user', content: 'hi'}], ...fields});
