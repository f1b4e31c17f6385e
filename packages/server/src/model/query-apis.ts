import iam from './iam.gen.json' with { type: 'json' }
import type { QueryModel } from './query-model.ts'
import sts from './sts.gen.json' with { type: 'json' }

// Through unknown: the type of a whole file, member by member, would say no more and take long to check.
export const iamModel = iam as unknown as QueryModel
export const stsModel = sts as unknown as QueryModel
