import assert from 'node:assert/strict';

/** The rules for the events of a stream of messages. */

const DELTAS = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/** One block: its start, deltas of its type, its stop. Gives what follows it, and the JSON of a tool's input. */
function takeBlock(events, index) {
  const [start, ...rest] = events;
  assert.deepEqual([start.name, start.data.index], ['content_block_start', index]);
  const {type} = start.data.content_block;
  const end = rest.findIndex(({name}) => name !== 'content_block_delta');
  assert.ok(end >= 0, 'the last block is closed');
  assert.deepEqual([rest[end].name, rest[end].data.index], ['content_block_stop', index]);
  const deltas = rest.slice(0, end).map(({data}) => data);
  for (const {index: at, delta} of deltas) {
    assert.equal(at, index);
    assert.ok(DELTAS[type].includes(delta.type), `${delta.type} in a block of ${type}`);
  }
  const signed = deltas.findIndex(({delta}) => delta.type === 'signature_delta');
  if (type === 'thinking') assert.equal(signed, deltas.length - 1, 'a signature, once, at the end of the thinking');
  const raw = type === 'tool_use' ? deltas.map(({delta}) => delta.partial_json).join('') : undefined;
  return {rest: rest.slice(end + 1), raw};
}

/**
 * The events are a whole stream: the message starts, its blocks come one after the other, it gets its stop_reason, and ends; pings may come
 * anywhere in between. Gives the JSON of the tools' inputs by the index of their block.
 */
export function assertLegal(events) {
  for (const {name, data} of events) assert.equal(data.type, name);
  assert.equal(events[0]?.name, 'message_start');
  assert.equal(events.at(-1).name, 'message_stop');
  let rest = events.slice(1).filter(({name}) => name !== 'ping');
  const raws = [];
  while (rest[0].name !== 'message_delta') {
    const block = takeBlock(rest, raws.length);
    raws.push(block.raw);
    rest = block.rest;
  }
  assert.deepEqual(rest.map(({name}) => name), ['message_delta', 'message_stop']);
  assert.ok(raws.length > 0, 'an answer has a block');
  return raws;
}
