import { expect, test } from 'vitest'
import { MessageWriter } from './protobuf.ts'

test('writes the examples of the Protocol Buffers encoding guide', () => {
  const hex = (writer: MessageWriter): string => Buffer.from(writer.finish()).toString('hex')
  expect(hex(new MessageWriter().integer(1, 150))).toBe('089601')
  expect(hex(new MessageWriter().text(2, 'testing'))).toBe('120774657374696e67')
  expect(hex(new MessageWriter().message(3, new MessageWriter().integer(1, 150)))).toBe('1a03089601')
  expect(hex(new MessageWriter().integer(1, -2))).toBe('08feffffffffffffffff01')
  expect(hex(new MessageWriter().float(1, 1))).toBe('0d0000803f')
})
