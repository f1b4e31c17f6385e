import { directoryBucketName } from '../api/bucket-kind.ts'
import { bucketTexts } from '../texts/buckets.ts'

const texts = bucketTexts.nameProblems
const MOST_CHARACTERS = 63

type Rules = readonly (readonly [problem: string, isBroken: (name: string) => boolean])[]

const RESERVED_START = /^(xn--|sthree-|amzn-s3-demo-)/

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const RULES: Rules = [
  [texts.length, ({ length }) => length < 3 || length > MOST_CHARACTERS],
  [texts.characters, (name) => /[^a-z0-9.-]/.test(name)],
  [texts.ends, (name) => /^[.-]|[.-]$/.test(name)],
  [texts.dots, (name) => /\.\.|\.-|-\./.test(name)],
  [texts.address, (name) => /^\d+(\.\d+){3}$/.test(name)],
  [texts.start, (name) => RESERVED_START.test(name)],
  [texts.end, (name) => /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/.test(name)],
]

const directory = bucketTexts.directoryNameProblems

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html */
const BASE_RULES: Rules = [
  [directory.characters, (baseName) => /[^a-z0-9-]/.test(baseName)],
  [directory.ends, (baseName) => /^-|-$/.test(baseName)],
  [texts.start, (baseName) => RESERVED_START.test(baseName)],
]

/** Why no bucket may have this name, in words; `undefined` where one may. */
export function bucketNameProblem(name: string): string | undefined {
  return brokenOf(RULES, name)
}

function brokenOf(rules: Rules, name: string): string | undefined {
  return rules.find(([, isBroken]) => isBroken(name))?.[0]
}

/** Why this cannot be the base name of a directory bucket in a zone. */
export function baseNameProblem(baseName: string, zone: string): string | undefined {
  const { length } = directoryBucketName(baseName, zone)
  return brokenOf(BASE_RULES, baseName) ?? (length > MOST_CHARACTERS ? directory.length(length) : undefined)
}

/** Why this cannot be the id of a zone. */
export function zoneProblem(zone: string): string | undefined {
  return /^[a-z0-9]+(-[a-z0-9]+)+$/.test(zone) ? undefined : directory.zone
}
