import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { isHeld } from './held-process.ts'

it.runIf(process.platform === 'linux')(
  'tells a process that was stopped from one that runs or sleeps',
  async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const ended = once(child, 'exit')
    const { pid = 0 } = child
    expect(await isHeld(pid)).toBe(false)
    child.kill('SIGSTOP')
    await expect.poll(() => isHeld(pid)).toBe(true)
    child.kill('SIGCONT')
    await expect.poll(() => isHeld(pid)).toBe(false)
    child.kill('SIGKILL')
    await ended
    expect(await isHeld(pid)).toBe(false)
  },
)
