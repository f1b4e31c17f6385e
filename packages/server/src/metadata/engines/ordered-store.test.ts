import { openLmdb } from './lmdb.ts'
import { openMemory } from './memory.ts'
import { runOrderedStoreSuite } from './ordered-store.suite.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

runOrderedStoreSuite('memory', async () => openMemory())
runOrderedStoreSuite('lmdb', async () => openLmdb({ path: await temporaryFolder() }))
