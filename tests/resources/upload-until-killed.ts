import { Bucket } from '../../packages/resources/src/index.ts'

// Uploads a file with a record, tells of each part on a line of its own, and is killed meanwhile.
const [url = '', path = '', resume = '', partSize = ''] = process.argv.slice(2)
await new Bucket('killed', { endpoint: url }).uploadFile(
  path,
  'big',
  {},
  {
    resume,
    partSizeBytes: Number(partSize),
    thresholdBytes: 0,
    concurrency: 2,
    onProgress: ({ transferredBytes }) => process.stdout.write(`${transferredBytes}\n`),
  },
)
process.stdout.write('done\n')
