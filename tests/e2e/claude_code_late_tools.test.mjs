import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {startPair} from '../support/pair.mjs';
import {call, completion, say} from '../support/replies.mjs';

/** The real Claude Code with an MCP server that connects late: its tools are announced by `tool_addition`. */

const LIMIT = {
  skip: npmMissing,
  timeout: 120_000
};
const pair = startPair({BIG_MODEL: 'gpt-4o'});

/** Two doors: `/gate` answers once `open` was called, `/ready` is passed on to those who wait at `/wait`. */
async function doors(t) {
  const opened = deferred();
  const ready = deferred();
  const server = http.createServer(async (request, response) => {
    if (request.url === '/ready') ready.resolve();
    if (request.url === '/gate') await opened.promise;
    if (request.url === '/wait') await ready.promise;
    response.end('go');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {url: `http://127.0.0.1:${server.address().port}`, open: opened.resolve};
}

function deferred() {
  const out = {};
  out.promise = new Promise((resolve) => Object.assign(out, {resolve}));
  return out;
}

const names = (body) => (body.tools ?? []).map((tool) => tool.function.name);

test('a tool of a server that connects late is called', LIMIT, async (t) => {
  const directory = workingDirectory();
  t.after(() => directory.remove());
  const door = await doors(t);
  const config = {
    mcpServers: {
      tickets: {
        command: process.execPath,
        args: [fileURLToPath(new URL('../support/late_mcp_server.mjs', import.meta.url))],
        env: {GATE: `${door.url}/gate`, READY: `${door.url}/ready`},
      }
    }
  };
  const wait = `${process.execPath} -e "fetch('${door.url}/wait')"`;
  pair.provider.script((body) => {
    door.open();
    const turns = body.messages.filter(({role}) => role === 'assistant').length;
    if (JSON.stringify(body.messages).includes('found open')) return say('One ticket.');
    if (names(body).includes('mcp__tickets__find')) {
      return completion({calls: [call('mcp__tickets__find', {q: 'open'}, `call_find_${turns}`)]});
    }
    return turns > 8 ? say('It never came.') : completion({calls: [call('Bash', {command: wait, description: 'waits'}, `call_wait_${turns}`)]});
  });
  const session = await runClaude({
    url: pair.proxy.url,
    cwd: directory.path,
    args: ['Find open tickets.', '--tools', 'Bash', '--mcp-config', JSON.stringify(config), '--strict-mcp-config'],
    variables: {CLAUDE_CODE_MCP_STARTUP_WAIT_MS: '1'},
  });
  assert.equal(session.result?.result, 'One ticket.', JSON.stringify(session.result) + session.stderr);
  assert.deepEqual([pair.provider.refusals, pair.provider.unexpected], [[], []]);
  const bodies = pair.provider.requests.map(({body}) => body);
  assert.ok(!names(bodies[0]).includes('mcp__tickets__find'), 'the server was there from the start');
  const added = bodies.find((body) => names(body).includes('mcp__tickets__find'));
  assert.match(JSON.stringify(added.messages), /The tool mcp__tickets__find can be called from here on\./);
});
