import { bucketTexts } from '../texts/buckets.ts'

const texts = bucketTexts.nameProblems

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const RULES: readonly (readonly [problem: string, isBroken: (name: string) => boolean])[] = [
  [texts.length, ({ length }) => length < 3 || length > 63],
  [texts.characters, (name) => /[^a-z0-9.-]/.test(name)],
  [texts.ends, (name) => /^[.-]|[.-]$/.test(name)],
  [texts.dots, (name) => /\.\.|\.-|-\./.test(name)],
  [texts.address, (name) => /^\d+(\.\d+){3}$/.test(name)],
  [texts.start, (name) => /^(xn--|sthree-|amzn-s3-demo-)/.test(name)],
  [texts.end, (name) => /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/.test(name)],
]

/** Why no bucket may have this name, in words; `undefined` where one may. */
export function bucketNameProblem(name: string): string | undefined {
  return RULES.find(([, isBroken]) => isBroken(name))?.[0]
}
