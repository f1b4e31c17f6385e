import { accessTexts } from '../texts/access.ts'

const ON_OBJECT = new Set([
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:GetObjectAcl',
  's3:PutObjectAcl',
  's3:GetObjectTagging',
])

/** What is asked about an object, and what about a bucket, in the order in which it is told. */
export const OBJECT_ACTIONS = Object.keys(accessTexts.actions).filter((action) => ON_OBJECT.has(action))
export const BUCKET_ACTIONS = Object.keys(accessTexts.actions).filter((action) => !ON_OBJECT.has(action))
