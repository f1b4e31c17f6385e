/** Where metadata and bytes are in place of one folder. `shared-folder`: the bytes alone are elsewhere. */
export const ENGINES = ['postgresql', 'shared-folder'] as const

export type EngineName = (typeof ENGINES)[number]
