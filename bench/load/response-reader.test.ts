import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ResponseReader } from './response-reader.ts'

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 11\r\nETag: "x"\r\n\r\nhello\r\n\r\nxy')

test('reads an answer however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (cuts) => {
      const reader = new ResponseReader()
      for (let round = 0; round < 2; round++) {
        reader.expect('GET')
        let body = 0
        let from = 0
        for (const cut of [...cuts, answer.length]) {
          const piece = answer.subarray(from, from + cut)
          if (piece.length > 0) body += reader.push(piece)
          from += piece.length
        }
        expect(reader).toMatchObject({ done: true, status: 200 })
        expect(body).toBe(11)
      }
    }),
  )
})

test('a HEAD and a 204 have no body whatever they declare', () => {
  const reader = new ResponseReader()
  reader.expect('HEAD')
  reader.push(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n'))
  expect(reader.done).toBe(true)
  reader.expect('DELETE')
  reader.push(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'))
  expect(reader).toMatchObject({ done: true, status: 204 })
})

test('bytes beyond the declared length and lengths not declared are errors', () => {
  const reader = new ResponseReader()
  reader.expect('GET')
  expect(() => reader.push(Buffer.concat([answer, Buffer.from('!')]))).toThrow('after the end')
  const other = new ResponseReader()
  other.expect('GET')
  expect(() => other.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('without Content-Length')
})
