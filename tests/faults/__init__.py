"""Faults injected into the real program, and which promise each room holds.

done means delivered                test_promises, test_restored_store
a sync destroys no local work       test_kill, test_points, test_disk, test_power_and_room, test_again
one bad entry blocks nothing        test_set_aside
again changes nothing               test_again, test_lines
conflicts, withdrawals, corrections test_promises
log-in never stands in the way      test_promises
clocks lie                          test_clocks
revoked, left, moved, another role  test_scope, test_roles, test_set_aside
backups that lie                    test_giving_back, test_closed_chains, test_restored_store, test_fork,
                                    test_lost_laptop, test_withheld_receipts
the stick                           test_stick, test_stick_attachments, test_stick_counts
tampering shows                     test_tampering, test_evidence
a lost laptop tells nothing         test_lost_laptop, test_secrets
hostile input                       test_hostile, test_fuzz
old and new programs                test_versions
any mix of all this                 test_model (`world`, `invariants`, `replaying`)
"""
