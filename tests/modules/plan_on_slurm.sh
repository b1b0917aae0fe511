#!/bin/bash
# The plans of dwreloc-compress over kernel modules, run three ways: by ninja, which is
# killed in the middle and goes on; by ninja at once; by GNU make with SHELL=srun on a
# Slurm of two nodes that this script starts on this machine. All come to the same bytes.
#
#   plan_on_slurm.sh DWRELOC-COMPRESS MODULES [STEP]
#
# MODULES: a directory; every STEP-th module is taken. Needs root, ninja, make, and
# Debian's slurm-wlm and munge.

set -euo pipefail

readonly PROGRAM=$(realpath "$1") MODULES=$2 STEP=${3:-1}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/dwreloc-slurm.XXXXXX")
readonly WORK
export SLURM_CONF=$WORK/slurm.conf

stop() {
  local pid
  for pid in "$WORK"/*.pid; do
    [[ -f $pid ]] && kill "$(cat "$pid")" 2>/dev/null
  done
  [[ -z ${MUNGE:-} ]] || kill "$MUNGE" 2>/dev/null
  sleep 1
  rm -rf "$WORK"
}
trap stop EXIT

start_slurm() {
  local host node
  host=$(hostname -s)
  mkdir "$WORK/state" "$WORK/munge"
  dd if=/dev/urandom of="$WORK/munge/key" bs=1024 count=1 status=none
  chmod 600 "$WORK/munge/key"
  chmod 711 "$WORK" "$WORK/munge"
  munged --force --foreground --key-file="$WORK/munge/key" \
    --socket="$WORK/munge/socket" --pid-file="$WORK/munge/pid" \
    --log-file="$WORK/munge/log" --seed-file="$WORK/munge/seed" 2>/dev/null &
  MUNGE=$!
  cat >"$SLURM_CONF" <<END
ClusterName=local
SlurmctldHost=$host
AuthType=auth/munge
AuthInfo=socket=$WORK/munge/socket
CryptoType=crypto/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$WORK/state
SlurmdSpoolDir=$WORK/%n
SlurmctldPidFile=$WORK/slurmctld.pid
SlurmdPidFile=$WORK/%n.pid
SlurmctldLogFile=$WORK/slurmctld.log
SlurmdLogFile=$WORK/%n.log
ReturnToService=2
MailProg=/bin/true
NodeName=node1 NodeHostname=$host Port=17001 CPUs=1 State=UNKNOWN
NodeName=node2 NodeHostname=$host Port=17002 CPUs=1 State=UNKNOWN
PartitionName=all Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
END
  for ((i = 0; i < 50; ++i)); do
    [[ -S $WORK/munge/socket ]] && break
    sleep 0.1
  done
  slurmctld
  sleep 1
  for node in node1 node2; do
    slurmd -N "$node"
  done
  for ((i = 0; i < 100; ++i)); do
    [[ $(sinfo -h -t idle -o %D 2>/dev/null) == 2 ]] && return
    sleep 0.2
  done
  cat "$WORK"/*.log >&2
  return 1
}

# plan DIRECTORY FORMAT FILE
plan() {
  "$PROGRAM" --plan="$2" --multifile="$1/common" --output-dir="$1" \
    --work-dir="$1.work" -o "$3" "${FILES[@]}"
}

mapfile -t FILES < <(find "$MODULES" -name '*.ko' | sort | awk "NR % $STEP == 0")
[[ ${#FILES[@]} -gt 0 ]] || { echo "no modules in $MODULES" >&2; exit 1; }
cd "$WORK"
echo "${#FILES[@]} modules"

plan once ninja once.ninja
SECONDS=0
ninja -f once.ninja -j "$(nproc)" >/dev/null
echo "ninja: $SECONDS s"

plan killed ninja killed.ninja
timeout --signal=KILL "$((SECONDS / 2 + 1))" ninja -f killed.ninja >/dev/null || true
before=$(find killed killed.work -type f | wc -l)
ninja -f killed.ninja >/dev/null
echo "killed with $before files made, and resumed"
diff -r once killed

start_slurm
plan slurm make Makefile
SECONDS=0
make -j2 SHELL=srun >/dev/null
echo "make SHELL=srun: $SECONDS s; jobs: $(grep -c 'launch task' node1.log) and" \
  "$(grep -c 'launch task' node2.log)"
grep -q 'launch task' node1.log && grep -q 'launch task' node2.log
diff -r once slurm
echo "the same bytes each time"
