import type { Mishap } from './plan.ts'
import { RESERVE_BYTES, type SimulatedDisk } from './simulated-disk.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { Actor, World } from './world.ts'

export interface MishapSetting {
  readonly world: World
  readonly disk: SimulatedDisk
  readonly actor: Actor
  readonly process: () => SimulatedProcess | undefined
  kill(isPowerCut: boolean): Promise<void>
  start(): Promise<void>
}

const BLOBS = /\/(blobs|cold)\//
const METADATA = /\/metadata\//

/** Lets things go wrong, one after the other. */
export class MishapMaker {
  readonly #setting: MishapSetting

  constructor(setting: MishapSetting) {
    this.#setting = setting
  }

  async run(mishaps: readonly Mishap[]): Promise<void> {
    for (const mishap of mishaps) {
      const { world, actor } = this.#setting
      const label = `MISHAP ${mishap.kind} ${mishap.amount}`
      await world.event(actor, label, () => undefined, { delayEvents: mishap.afterEvents })
      await this.#happen(mishap)
    }
  }

  async #happen({ kind, amount }: Mishap): Promise<void> {
    const { disk } = this.#setting
    const times = 1 + (amount % 3)
    switch (kind) {
      case 'kill':
        return this.#die(false, amount)
      case 'powerCut':
        return this.#die(true, amount)
      case 'dropConnection':
        this.#setting.process()?.dropConnection(amount)
        return
      case 'diskFull':
        // Nothing at all, less than is kept in reserve, or a little more than that.
        return disk.leaveSpace(amount < 20 ? 0 : amount * 3000 + (amount > 60 ? RESERVE_BYTES : 0))
      case 'spaceAgain':
        return disk.heal()
      case 'blobWriteFails':
        return disk.fail({ operations: ['create', 'append', 'rename'], path: BLOBS, code: 'EIO', times })
      case 'blobSyncFails':
        return disk.fail({ operations: ['sync'], path: BLOBS, code: 'EIO', times })
      case 'folderSyncFails':
        return disk.fail({ operations: ['syncDirectory'], path: BLOBS, code: 'EIO', times })
      case 'blobReadFails':
        return disk.fail({ operations: ['openForRead', 'read'], path: BLOBS, code: 'EIO', times })
      case 'removeFails':
        return disk.fail({ operations: ['remove'], path: BLOBS, code: 'EIO', times })
      case 'metadataWriteFails':
        return disk.fail({ operations: ['append'], path: METADATA, code: 'EIO', times })
      case 'metadataSyncFails':
        return disk.fail({ operations: ['sync'], path: METADATA, code: 'EIO', times: 1 })
    }
  }

  /** The next process starts after a while; that one may die too, while it starts. */
  async #die(isPowerCut: boolean, delayEvents: number): Promise<void> {
    const { world, actor } = this.#setting
    await this.#setting.kill(isPowerCut)
    await world.event(actor, 'somebody starts the server again', () => undefined, { delayEvents })
    // Not awaited: it never ends where the process dies meanwhile.
    void this.#setting.start()
  }
}
