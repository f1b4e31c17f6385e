import { describe, expect, it, type TestContext } from 'vitest'
import { commandsOfPage } from './page-commands.ts'
import { type PageRoom, pageRoom } from './page-room.ts'

/** Sets up what a section speaks of, and runs each of its commands there. */
export type Scene = (room: PageRoom, context: TestContext) => Promise<void>

/**
 * Runs every command of a page, a test for each section (`## …`). A section without a scene of its own has its commands run in
 * their order beside a server on `/srv/holdfast`; a scene that leaves out a command of its section fails.
 */
export async function describePage(path: string, scenes: Readonly<Record<string, Scene>>): Promise<void> {
  const page = await commandsOfPage(path)
  describe(`every command of ${path} does what it says`, { timeout: 120_000 }, () => {
    for (const [section, commands] of page) {
      it(`in “${section}”`, async (context) => {
        await using room = await pageRoom(commands)
        await (scenes[section] ?? runBesideServer)(room, context)
        expect(complaint(room, `${path}, “${section}”`)).toBe('')
      })
    }

    it('has each section that there is a scene for', () => {
      expect(Object.keys(scenes).filter((section) => !page.has(section))).toEqual([])
    })
  })
}

const runBesideServer: Scene = async (room) => {
  await using _ = await room.serve()
  for (const command of room.left()) await room.run(command)
}

/** What to do about commands that no scene runs; empty where all did. */
function complaint(room: PageRoom, place: string): string {
  const lines = room.left().map((command) => `  await room.run(${JSON.stringify(command)})`)
  if (lines.length === 0) return ''
  const what = 'Add them, with what they should print, to the scene of that section (tests/pages)'
  return `No test runs these commands of ${place}. ${what}, where a reader would type them:\n${lines.join('\n')}`
}
