import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor} from '../support/pair.mjs';
import {Provider} from '../support/provider.mjs';
import {startProxyFor} from '../support/proxy.mjs';
import {say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {post} from '../support/wire.mjs';

/** What the provider gets beside the body: Azure's paths and keys, and the user's own headers. */

const OPTIONS = {
  timeout: 30_000
};

describe('Azure', () => {
  const VERSION = '2024-10-21';

  async function azure(t, deployment, environment) {
    const path = `/openai/deployments/${deployment}/chat/completions`;
    const provider = await Provider.start({path, azure: VERSION});
    t.after(() => provider.stop());
    const proxy = await startProxyFor(provider, environment(`http://127.0.0.1:${provider.port}`));
    t.after(() => proxy.stop());
    provider.script([say('from Azure')]);
    const response = await post(proxy.url, ask());
    assert.equal((await response.json()).content?.[0].text, 'from Azure', provider.refusals[0]);
    return provider.requests[0];
  }

  test('the resource: the deployment is the model', OPTIONS, async (t) => {
    await azure(t, 'my-gpt', (url) => ({OPENAI_BASE_URL: url, AZURE_API_VERSION: VERSION, BIG_MODEL: 'my-gpt'}));
  });

  test('one deployment: it takes every model', OPTIONS, async (t) => {
    await azure(t, 'only', (url) => ({
                             OPENAI_BASE_URL: `${url}/openai/deployments/only/`,
                             AZURE_API_VERSION: VERSION,
                           }));
  });

  test('the whole URL, as the portal shows it', OPTIONS, async (t) => {
    const url = (origin) => `${origin}/openai/deployments/only/chat/completions?api-version=${VERSION}`;
    await azure(t, 'only', (origin) => ({OPENAI_BASE_URL: url(origin)}));
  });
});

describe('CUSTOM_HEADER_*', () => {
  /** All headers of that name, as they stood on the wire. */
  const sent = ({rawHeaders}, name) =>
      rawHeaders.flatMap((text, i) => (i % 2 === 0 && text.toLowerCase() === name ? [[text, rawHeaders[i + 1]]] : []));

  test('go out once, in place of our own', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {
      CUSTOM_HEADER_X_TEAM: '"blue team"',
      CUSTOM_HEADER_USER_AGENT: 'mine/1',
      CUSTOM_HEADER_AUTHORIZATION: 'Bearer sk-test',
      OPENAI_API_KEY: 'another-key',
    });
    provider.script([say('ok')]);
    assert.equal((await post(proxy.url, ask())).status, 200);
    const [request] = provider.requests;
    assert.deepEqual(sent(request, 'x-team'), [['X-TEAM', 'blue team']]);
    assert.deepEqual(sent(request, 'user-agent'), [['USER-AGENT', 'mine/1']]);
    assert.deepEqual(sent(request, 'authorization'), [['AUTHORIZATION', 'Bearer sk-test']]);
  });
});
