#!/usr/bin/env bash
# Stops every instance in every region and disables every access key: the loop that people write.
set -euo pipefail

for region in $(aws ec2 describe-regions --query 'Regions[].RegionName' --output text); do
  ids=$(aws ec2 describe-instances --region "$region" \
    --filters Name=instance-state-name,Values=pending,running \
    --query 'Reservations[].Instances[].InstanceId' --output text)
  if [ -n "$ids" ]; then
    # shellcheck disable=SC2086 # one word for each id
    aws ec2 stop-instances --region "$region" --instance-ids $ids >/dev/null
  fi
done

for user in $(aws iam list-users --query 'Users[].UserName' --output text); do
  for key in $(aws iam list-access-keys --user-name "$user" \
    --query "AccessKeyMetadata[?Status=='Active'].AccessKeyId" --output text); do
    aws iam update-access-key --user-name "$user" --access-key-id "$key" --status Inactive
  done
done
