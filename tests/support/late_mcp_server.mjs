import {createInterface} from 'node:readline';

/**
 * An MCP server on standard input and output with one tool, `find`, that answers nothing before GATE (a URL) has
 * answered, and says at READY that its tools were asked for.
 */

const answers = {
  initialize: ({protocolVersion}) => ({protocolVersion, capabilities: {tools: {}}, serverInfo: {name: 'tickets', version: '1'}}),
  'tools/list': () => ({tools: [{name: 'find', description: 'Finds tickets', inputSchema: {type: 'object', properties: {q: {type: 'string'}}}}]}),
  'tools/call': ({arguments: input}) => ({content: [{type: 'text', text: `found ${input.q}`}]}),
  ping: () => ({}),
};

await fetch(process.env.GATE);
for await (const line of createInterface({input: process.stdin})) {
  const {id, method, params} = JSON.parse(line);
  if (id === undefined) continue;
  const result = answers[method]?.(params);
  const reply = result ? {result} : {error: {code: -32601, message: `${method} is not known`}};
  process.stdout.write(`${JSON.stringify({jsonrpc: '2.0', id, ...reply})}\n`);
  if (method === 'tools/list') await fetch(process.env.READY);
}
