import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { ConnectionSharer, type Membership } from './connection-sharer.ts'

interface Member extends Membership {
  readonly taken: Socket[]
  isLate: boolean
}

/** A sharer that listens, and as many members. */
async function shared(count: number) {
  const sharer = new ConnectionSharer()
  const join = (): Member => {
    const taken: Socket[] = []
    const member = { taken, isLate: false }
    const receiver = {
      take: (connection: Socket) => void taken.push(connection),
      isLate: () => member.isLate,
    }
    return Object.assign(member, sharer.join(receiver))
  }
  const members = Array.from({ length: count }, join)
  const port = await sharer.listen({ host: '127.0.0.1', port: 0 })
  const clients: Socket[] = []
  return {
    members,
    join,
    /** Resolves when each of so many new connections has been given to somebody. */
    async connect(connections: number) {
      const before = taken(members)
      for (let made = 0; made < connections; made++) {
        const client = connect(port, '127.0.0.1')
        clients.push(client)
        await once(client, 'connect')
      }
      await expect.poll(() => taken(members)).toBe(before + connections)
    },
    async refused() {
      const client = connect(port, '127.0.0.1').resume()
      await once(client, 'close')
    },
    [Symbol.dispose]() {
      sharer.close()
      for (const socket of [...clients, ...members.flatMap((member) => member.taken)]) socket.destroy()
    },
  }
}

function taken(members: readonly Member[]): number {
  return members.reduce((sum, member) => sum + member.taken.length, 0)
}

it('gives each the same number, also of few', async () => {
  using sharer = await shared(3)
  await sharer.connect(3)
  expect(sharer.members.map((member) => member.taken.length)).toEqual([1, 1, 1])
  await sharer.connect(8)
  expect(sharer.members.map((member) => member.taken.length).sort((a, b) => a - b)).toEqual([3, 4, 4])
})

it('gives one who is late nothing while another is in time', async () => {
  using sharer = await shared(2)
  const [first, second] = sharer.members
  if (!first || !second) throw new Error('two have joined')
  first.isLate = true
  await sharer.connect(3)
  expect([first.taken.length, second.taken.length]).toEqual([0, 3])
  second.isLate = true
  await sharer.connect(2)
  expect([first.taken.length, second.taken.length]).toEqual([2, 3])
})

it('counts what has ended, and lets those who come late catch up', async () => {
  using sharer = await shared(2)
  await sharer.connect(6)
  const [first, second] = sharer.members
  first?.ended(2)
  await sharer.connect(2)
  expect([first?.taken.length, second?.taken.length]).toEqual([5, 3])
  const late = sharer.join()
  sharer.members.push(late)
  await sharer.connect(3)
  expect(late.taken).toHaveLength(3)
})

it('gives nothing to those who left, and closes what nobody takes', async () => {
  using sharer = await shared(2)
  const [first, second] = sharer.members
  first?.leave()
  await sharer.connect(4)
  expect([first?.taken.length, second?.taken.length]).toEqual([0, 4])
  second?.leave()
  await sharer.refused()
  expect(second?.taken).toHaveLength(4)
})

it('listens nowhere where the port is taken', async () => {
  using sharer = await shared(1)
  const [member] = sharer.members
  await sharer.connect(1)
  const port = member?.taken[0]?.localPort ?? 0
  await expect(new ConnectionSharer().listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    syscall: 'listen',
  })
})
