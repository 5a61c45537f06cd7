import { existsSync, readFileSync } from 'node:fs'

/** The package's own folder: the nearest above this file that has a package.json. In the build, this file is not where its source is. */
export const PACKAGE_FOLDER = packageFolder()

/** @throws Error where the package.json has gone */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8')) as { version: string })
    .version
}

function packageFolder(): URL {
  let folder = new URL('.', import.meta.url)
  while (!existsSync(new URL('package.json', folder)) && folder.pathname !== '/')
    folder = new URL('..', folder)
  return folder
}
