import assert from 'node:assert/strict';
import {after, before} from 'node:test';

import {Provider} from './provider.mjs';
import {startProxyFor} from './proxy.mjs';

/** A proxy and the fake provider behind it; both are there while the tests run. */
class Pair {
  provider;
  proxy;

  /** Nothing was refused, nothing came that the test did not expect, and so many requests came. */
  assertAccepted(requests) {
    assert.deepEqual(this.provider.refusals, [], 'the provider refused what it got');
    assert.deepEqual(this.provider.unexpected, []);
    assert.equal(this.provider.requests.length, requests, 'requests to the provider');
  }
}

/** Starts a Pair before the tests of the surrounding file or suite, and stops it behind them. */
export function startPair(environment = {}, options = {}) {
  const pair = new Pair();
  before(async () => {
    pair.provider = await Provider.start(options);
    pair.proxy = await startProxyFor(pair.provider, environment);
  });
  after(async () => {
    await pair.provider?.stop();
    await pair.proxy?.stop();
  });
  return pair;
}

/** A Pair for one test only. */
export async function pairFor(t, environment = {}, options = {}, launch = {}) {
  const pair = new Pair();
  t.after(async () => {
    await pair.provider?.stop();
    await pair.proxy?.stop();
  });
  pair.provider = await Provider.start(options);
  pair.proxy = await startProxyFor(pair.provider, environment, launch);
  return pair;
}
