import type { LoadedConfig } from '../config/load-config.ts'
import type { ServedUrls } from './supervise.ts'

/**
 * What is said once the server accepts requests. The secret is in it only on the start that made it, and only for a person
 * at a terminal: elsewhere it would stay in journals and the logs of containers.
 */
export function welcome({ url, consoleUrl }: ServedUrls, loaded: LoadedConfig, isTerminal: boolean): string {
  const console = consoleUrl === undefined ? [] : [`  console     ${consoleUrl}`]
  return [`Holdfast serves S3 on ${url}`, '', ...console, ...keyLines(url, loaded, isTerminal), ''].join('\n')
}

function keyLines(
  url: string,
  { config, keysFrom, credentialsPath }: LoadedConfig,
  isTerminal: boolean,
): string[] {
  const accessKey = config.accounts[0]?.accessKeys[0]
  const kept = `  access key  ${accessKey?.accessKeyId}, its secret is in ${credentialsPath}`
  switch (keysFrom) {
    case 'created':
      if (!isTerminal) return [kept, '']
      return [
        `  access key  ${accessKey?.accessKeyId}`,
        `  secret key  ${accessKey?.secretAccessKey}`,
        `  kept in     ${credentialsPath}`,
        '',
        ...exampleLines(url, config.region, accessKey?.accessKeyId, accessKey?.secretAccessKey),
      ]
    case 'stored':
      return [kept, '']
    case 'environment':
      return [`  access key  ${accessKey?.accessKeyId}, from the environment`, '']
    case 'config':
      return []
  }
}

/** Ready to paste into a shell; works with every version of the AWS CLI that is still about. */
function exampleLines(url: string, region: string, accessKeyId = '', secretAccessKey = ''): string[] {
  const aws = `aws --endpoint-url ${url} s3`
  return [
    'Try it, in another terminal:',
    '',
    `  export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `  export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    `  export AWS_DEFAULT_REGION=${region}`,
    `  echo hello > hello.txt`,
    `  ${aws} mb s3://first`,
    `  ${aws} cp hello.txt s3://first/`,
    `  ${aws} ls s3://first`,
    '',
  ]
}
