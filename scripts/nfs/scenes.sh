# What may go wrong, for local.sh. Sourced.

in_the_middle() { # Until the second worker has been at a run for some densities.
    until [[ $(finished "$1") -ge 6 ]] && on node1 "experiments status $1 | grep -A 1 '^two ' | grep -q 'density 3'"; do sleep 0.2; done
}

killed() { # A node is killed in the middle of a run, and comes back.
    work node1 killed one
    work node2 killed two
    in_the_middle killed
    show node1 "experiments status killed"
    say "node2 is killed"
    cut node2
    until on server "grep -q 'has gone' killed/workers/one/log.txt"; do sleep 1; done
    show node1 "experiments status killed"
    say "node2 comes back"
    boot node2
    work node2 killed two
    until_over node1 node2
    show node1 "experiments status killed"
    show node1 "cat killed/workers/*/log.txt | grep -e 'goes on' -e 'has gone' -e 'too, and'"
    check killed alone
}

many() { # Four workers, two in each node, share many short runs.
    local worker
    for worker in a b; do
        work node1 many "one-$worker" "--set $many" empty.toml
        work node2 many "two-$worker" "--set $many" empty.toml
    done
    until_over node1 node2
    show node1 "experiments status many"
    say "claims: $(on server 'ls many/claims | wc -l'), of them of runs that were claimed before: $(on server "ls many/claims | grep -vc '\.0$'")"
    check many alone-many
}

server_dies() { # The server is killed, and back 20 seconds later.
    work node1 server_dies one
    work node2 server_dies two
    until [[ $(finished server_dies) -ge 6 ]]; do sleep 0.5; done
    say "the server is killed"
    cut server
    sleep 20
    say "the server comes back"
    boot server
    until_over node1 node2
    show node1 "cat /tmp/server_dies-one | grep -v -e '[│┌└├]' | tail -n 3"
    show node2 "cat /tmp/server_dies-two | grep -v -e '[│┌└├]' | tail -n 3"
    show node1 "experiments status server_dies"
    check server_dies alone
}

asleep() { # A node sleeps for more than a lease, and wakes up in the middle of a run that another one has taken.
    work node1 asleep one
    work node2 asleep two
    in_the_middle asleep
    say "node2 falls asleep"
    kill -STOP "${pids[node2]}"
    until on server "grep -q 'has gone' asleep/workers/one/log.txt"; do sleep 1; done
    say "node2 wakes up"
    kill -CONT "${pids[node2]}"
    until_over node1 node2
    show node1 "cat asleep/workers/*/log.txt | grep -e 'goes on' -e 'has gone' -e 'too, and' -e 'does it now'"
    show node1 "experiments status asleep"
    check asleep alone
}

soft() { # Mounted with `soft`, and the server silent for longer than that puts up with: errors instead of waiting.
    cut node2
    boot node2 soft,timeo=30,retrans=1
    show node2 "grep ' /lab ' /proc/mounts"
    work node1 soft one
    work node2 soft two
    until [[ $(finished soft) -ge 6 ]]; do sleep 0.5; done
    say "the server falls silent"
    kill -STOP "${pids[server]}"
    sleep 20
    say "the server answers again"
    kill -CONT "${pids[server]}"
    until_over node1 node2
    show node2 "cat /tmp/soft-two | grep -v -e '[│┌└├]' | tail -n 3"
    show node1 "experiments status soft"
    say "what failed is started again"
    work node2 soft two
    until_over node1 node2
    check soft alone
}
