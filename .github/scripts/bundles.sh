#!/usr/bin/env bash
# bundles.sh store ENVIRONMENT: keeps the bundles that an apply ran in the bucket of the account that it applied to.
# bundles.sh fetch ENVIRONMENT: puts the newest of them where the actions start them; needs no package registry, cache or release.
# Both take the bucket from .github/environments.json and AWS's credentials from the job.
set -euo pipefail

command=${1:-}
environment=${2:-}
bucket=$(jq -er --arg environment "$environment" '.[$environment].bucket' .github/environments.json) || {
  echo "::error::The environment ($environment) must be in .github/environments.json; correct its name."
  exit 1
}
prefix=bundles/
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

hash_of() { sha256sum < "$1" | cut -d ' ' -f 1; }

store() {
  local file=$folder/bundles.tgz key said
  tar -C .github/actions -czf "$file" dist
  key=$prefix$GITHUB_RUN_ID-$(hash_of "$file").tgz
  if said=$(aws s3api put-object --bucket "$bucket" --key "$key" --body "$file" --if-none-match '*' 2>&1); then
    echo "Kept as s3://$bucket/$key."
  elif [[ $said == *PreconditionFailed* ]]; then
    echo "s3://$bucket/$key is there."
  else
    echo "$said"
    echo "::error::The bundles ($key) must be kept in $bucket, for a rollback; see what AWS said, then run this job again."
    exit 1
  fi
}

skip() { echo "::warning::$1; it is skipped, the next is taken."; }

fetch() {
  local key file=$folder/bundles.tgz sum
  aws s3api list-objects-v2 --bucket "$bucket" --prefix "$prefix" --output json | jq -r '.Contents[]?.Key' > "$folder/keys"
  # By the number of the run, which grows.
  while read -r key; do
    if ! [[ $key =~ ^bundles/[0-9]+-([0-9a-f]{64})\.tgz$ ]]; then
      skip "$key must be named by a run and a SHA-256"
      continue
    fi
    sum=${BASH_REMATCH[1]}
    if ! aws s3api get-object --bucket "$bucket" --key "$key" "$file" > /dev/null; then
      skip "$key must be readable"
    elif [ "$(hash_of "$file")" != "$sum" ]; then
      skip "$key must have the SHA-256 of its name, but has $(hash_of "$file")"
    elif ! { tar -xzf "$file" -C "$folder" dist && [ -f "$folder/dist/rollback-service/main.cjs" ]; }; then
      skip "$key must hold the bundles"
    else
      rm -rf .github/actions/dist
      mv "$folder/dist" .github/actions/dist
      echo "The bundles are those of s3://$bucket/$key."
      return
    fi
    rm -rf "$folder/dist"
  done < <(sort -t / -k 2,2nr "$folder/keys")
  echo "::error::The bucket ($bucket) must hold bundles that an apply of $environment ran; make them: gh workflow run apply.yml -f environment=$environment"
  exit 1
}

case $command in
  store | fetch) "$command" ;;
  *)
    echo "::error::The command ($command) must be store or fetch."
    exit 1
    ;;
esac
