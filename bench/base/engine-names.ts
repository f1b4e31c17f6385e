/** Where metadata and bytes are in place of one folder. `shared-folder`, `ceph`: the bytes alone are elsewhere. */
export const ENGINES = ['postgresql', 'shared-folder', 'ceph'] as const

export type EngineName = (typeof ENGINES)[number]
