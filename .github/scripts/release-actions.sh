#!/usr/bin/env bash
# release-actions.sh VERSION: tags a commit that carries the bundles, which no branch does. Other repositories pin their `uses:` to it.
set -euo pipefail

version=${1:-}
bundles=.github/actions/dist
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
  echo "::error::The version ($version) must be three numbers, such as 1.4.0; correct it and run again."
  exit 1
fi
if ! [ -e "$bundles/rollback-service/main.cjs" ]; then
  echo "::error::The bundles ($bundles) must be there; build them before."
  exit 1
fi

if [ -n "${GITHUB_TOKEN:-}" ]; then
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader"
  GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 | tr -d '\n')"
  export GIT_CONFIG_VALUE_0
fi

tag="v$version"
if [ -n "$(git ls-remote --tags origin "refs/tags/$tag")" ]; then
  echo "::error::The tag ($tag) must be new: others have pinned what it is; choose the next version."
  exit 1
fi
git checkout --quiet --detach
git add --force "$bundles"
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
  commit --quiet --message "Carry the bundles of $tag"
git tag "$tag"
git push --quiet origin "refs/tags/$tag"

commit=$(git rev-parse HEAD)
{
  echo "Pin what you use to the commit:"
  echo
  echo '```yaml'
  for action in .github/actions/*/action.yml; do
    name=$(basename "$(dirname "$action")")
    # The composite ones set this repository itself up.
    if grep -q 'using: node' "$action"; then
      echo "- uses: ${GITHUB_REPOSITORY:-OWNER/REPOSITORY}/.github/actions/$name@$commit # $tag"
    fi
  done
  echo '```'
} > release-notes.md
echo "$tag is $commit."
