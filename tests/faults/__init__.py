"""Faults injected into the real program: every promise and every row of failures, and the test that holds it.

Tests are named by their file below `tests` and their name; `test_map` sees to it that each of them is there. No engine
on PostgreSQL exists yet, so what concerns one alone (its restart, its failover, point-in-time recovery) has no test.

# Done means delivered
n of n, the newest and the head hash, by receipts
    supervisor_tui/screens/test_sync.py::test_it_shows_how_many_the_newest_and_the_head_hash_as_the_store_holds_them
a yes that keeps nothing
    faults/test_promises.py::test_a_yes_without_a_receipt_delivers_nothing
a store that lost what it had receipted is noticed at the next exchange
    supervisor_tui/screens/test_sync.py::test_what_a_store_has_lost_is_no_longer_said_to_be_held
    faults/test_restored_store.py::test_a_store_restored_from_a_backup_gets_back_what_the_laptops_wrote

# A sync destroys no local work
kill -9 of a laptop and a store, at every statement, at every point the code names, at random
    faults/test_kill.py::test_a_laptop_killed_at_every_statement_of_a_save
    faults/test_kill.py::test_a_laptop_killed_at_any_statement_of_an_exchange
    faults/test_kill.py::test_a_store_killed_at_any_statement_of_an_exchange
    faults/test_kill.py::test_killed_at_random_places_nothing_is_lost_and_nothing_doubled
    faults/test_points.py::test_a_kill_at_every_point_loses_and_doubles_nothing
    faults/test_points.py::test_there_is_a_point_before_in_and_after_every_write
a disk that is full: in a save, a pull, a push, a checkpoint
    faults/test_power_and_room.py::test_a_disk_that_is_full_loses_and_doubles_nothing
    faults/test_disk.py::test_a_laptop_whose_disk_is_full_in_the_middle_of_a_pull_goes_on_when_there_is_room
    faults/test_disk.py::test_a_store_whose_disk_is_full_keeps_nothing_by_halves_and_goes_on_when_there_is_room
read-only, on a laptop and at a store
    faults/test_power_and_room.py::test_a_laptops_file_in_a_place_that_is_read_only_is_said_to_be_and_is_whole_afterwards
    faults/test_power_and_room.py::test_a_store_in_a_place_that_is_read_only_says_so_and_is_whole_afterwards
    faults/test_read_only_store.py::test_files_that_can_be_written_no_more_are_said_and_the_store_goes_on_when_they_can
    faults/test_read_only_store.py::test_a_disk_that_fails_is_said_and_the_store_goes_on_from_what_it_had_acknowledged
a log cut as by a power cut
    faults/test_power_and_room.py::test_a_log_cut_by_a_power_cut_loses_and_doubles_nothing
    faults/test_again.py::test_a_file_whose_log_a_power_cut_shortened_opens_with_what_was_whole
a file that has gone, was replaced or written over while it is open
    faults/test_file_gone.py::test_a_laptop_whose_file_has_gone_keeps_nothing_without_saying_so
    faults/test_file_gone.py::test_a_store_whose_file_has_gone_signs_nothing_more_and_writes_a_copy_that_restore_takes
    faults/test_written_over.py::test_a_laptop_whose_file_is_written_over_says_so_and_leaves_the_copy_as_it_is
    faults/test_written_over.py::test_a_store_whose_file_is_written_over_signs_nothing_more_and_leaves_the_copy_as_it_is
an older copy put under the log of a newer file
    faults/test_copied_back.py::test_an_older_copy_under_the_log_of_a_newer_file_is_not_opened_and_restore_is_named
    faults/test_copied_back.py::test_a_store_is_not_served_on_an_older_copy_under_the_log_of_a_newer_one
    faults/test_older_copy.py::test_an_older_copy_without_a_log_is_told_at_every_start_until_a_copy_is_restored
a disk without locks or shared memory, a path that is none, a join that cannot keep its answer
    faults/test_odd_systems.py::test_every_command_names_what_the_disk_has_not
    faults/test_odd_paths.py::test_an_odd_name_is_answered_by_a_sentence
    faults/test_join.py::test_a_full_disk_leaves_no_profile_and_the_code_unspent
a file that is held by another program
    faults/test_disk.py::test_a_laptop_file_that_another_program_holds_is_said_to_be_in_use
what `doctor` says after a disk's fault, and while it lasts (after each fault: `disks`)
    faults/test_power_and_room.py::test_doctor_tells_a_full_disk_from_a_damaged_file

# One bad entry blocks nothing else
malformed or wrong in its fields
    faults/test_set_aside.py::test_one_bad_entry_blocks_nothing_else_and_its_author_reads_which_field
    sync/central/service/test_push.py::test_a_line_that_cannot_be_read_is_kept_aside_and_the_rest_goes_on
    sync/central/service/test_push.py::test_one_damaged_content_does_not_wedge_the_chain_behind_it
out of scope, bad chain, bad seal, unknown author
    e2e/test_exchange.py::test_entries_out_of_scope_are_kept_apart_with_their_reason_and_block_nothing
    sync/central/service/test_push.py::test_another_entry_in_a_held_place_is_a_fork_and_kept_aside_with_what_follows_it
    sync/central/service/test_push.py::test_entries_without_a_seal_that_holds_are_kept_apart
    sync/central/access/test_verdict.py::test_an_entry_names_its_device_s_own_person
an impossible step is kept, marked, and without effect
    sync/ledger/test_fold.py::test_a_step_that_breaks_a_rule_is_kept_and_has_no_effect
plain words with what to do; released or answered on a screen of the office
    faults/test_set_aside.py::test_the_command_line_says_which_why_and_what_to_do
    faults/test_set_aside.py::test_an_answer_reaches_the_author_and_the_entry_stays_apart
    faults/test_set_aside.py::test_what_lies_outside_any_chain_is_read_and_answered_on_the_office_s_laptop

# Again changes nothing
k times and in parallel, reordered, cut off at every byte, a byte flipped: compared byte by byte
    faults/test_again.py::test_the_same_message_many_times_at_once_is_kept_once
    sync/central/service/test_push.py::test_a_batch_in_any_order_and_with_repetitions_is_kept_once
    faults/test_again.py::test_a_message_cut_off_at_every_byte_leaves_nothing
    faults/test_again.py::test_a_flipped_byte_anywhere_leaves_nothing
    faults/test_lines.py::test_an_answer_cut_at_any_byte_leaves_the_laptop_as_it_was
answered late, lost, twice, to somebody who gave up; 413, 429, 502, 503 with and without Retry-After; HTML with 200
    faults/test_lines.py::test_no_fault_of_a_line_loses_or_doubles_anything
    faults/test_again.py::test_an_answer_that_comes_after_the_client_gave_up_is_no_loss
    faults/test_answers.py::test_an_answer_that_comes_twice_is_not_taken_for_the_next
    faults/test_lines.py::test_a_page_in_the_stores_place_is_said_to_be_one
    sync/client/test_http.py::test_as_long_as_the_store_asks_for_is_waited
    sync/client/test_http.py::test_a_wait_that_is_no_number_of_seconds_is_drawn
a page that comes again, one that is skipped, one meant for another laptop
    faults/test_answers.py::test_a_page_that_comes_again_or_is_passed_over_makes_no_hole
    faults/test_answers.py::test_an_answer_meant_for_another_laptop_is_not_taken
a byte a second, either way
    faults/test_answers.py::test_an_answer_of_a_byte_a_second_ends_and_can_be_stopped
    sync/central/http/test_hostile_http.py::test_one_byte_a_second_is_answered_408_and_a_head_that_never_ends_is_hung_up_on
something before the store that takes less at a time than the store does
    faults/test_answers.py::test_through_a_door_that_takes_little_everything_goes_in_pieces
    faults/test_answers.py::test_a_door_that_takes_not_even_one_record_is_said_and_ends
    faults/test_too_large.py::test_other_chains_go_on_and_what_waits_is_named
    faults/test_too_large.py::test_it_is_tried_again_alone_and_costs_one_message
    faults/test_too_large.py::test_a_stick_carries_it
    faults/test_too_large.py::test_commands_and_screen_say_which_record_waits_and_what_to_do
sixteen writers race for the cursor
    faults/test_disk.py::test_sixteen_writers_at_once_pass_over_nothing
    sync/central/log/test_pull.py::test_no_reader_misses_an_entry_while_many_write
one laptop's file exchanged by three processes at once
    faults/test_processes.py::test_one_laptop_s_file_that_two_processes_exchange_at_once_sends_everything_once
work that was delivered without its answers
    faults/test_model.py::test_what_has_receipts_before_it_is_sent_again_is_no_endless_exchange

# Conflicts, withdrawals, corrections
base, mine, theirs, author and reason; settled offline, again a conflict if settled in two ways
    faults/test_promises.py::test_a_conflict_shows_base_and_both_sides_and_is_settled_without_a_network
    faults/test_promises.py::test_settled_on_two_laptops_at_once_in_two_ways_it_is_a_conflict_again
two laptops of one person and a third: the same field and different ones; a settlement races with a new edit
    faults/test_meetings.py::test_different_fields_of_two_laptops_join_and_the_same_one_conflicts_for_all_three
    faults/test_meetings.py::test_a_settlement_that_races_with_a_new_edit_loses_neither
withdrawn stays withdrawn, a late edit shows
    faults/test_promises.py::test_a_late_edit_to_a_withdrawn_record_is_shown_and_changes_nothing_else
every version with its reason
    faults/test_promises.py::test_a_correction_keeps_every_version_with_its_reason_wherever_it_is_read

# Log-in never stands between a person and her records
    faults/test_promises.py::test_a_revoked_laptop_reads_and_writes_on_and_only_its_sync_stops

# Clocks lie
    faults/test_clocks.py::test_cause_and_effect_hold_and_nothing_is_skipped_or_pulled_twice
    faults/test_clocks.py::test_a_clock_that_jumps_back_between_two_edits_changes_no_order
    faults/test_clocks.py::test_skew_over_five_minutes_is_shown_on_the_record_wherever_it_is_read
    faults/test_office_clocks.py::test_a_state_changed_by_an_office_whose_clock_is_behind_stays_what_it_was_on_days_that_have_passed

# Revoked, given to others, left, in another role
taken away in the middle of a push, by processes; the token revoked between two batches; rights changed
    faults/test_processes.py::test_what_is_taken_away_in_the_middle_of_a_push_loses_nothing
    faults/test_set_aside.py::test_scope_or_rights_taken_away_in_the_middle_of_a_push
revoked or left with unsent work; a unit given to others while it is edited offline
    faults/test_set_aside.py::test_unsent_work_of_who_was_revoked_or_left_is_held_released_and_lost_nowhere
    faults/test_set_aside.py::test_work_for_a_unit_given_to_others_arrives_is_released_and_its_author_is_told
a unit leaves after receipts for everything written there, without a trace, and comes back whole
    faults/test_processes.py::test_a_unit_stays_until_there_are_receipts_for_everything_written_there
    faults/test_scope.py::test_a_unit_that_leaves_the_scope_leaves_no_trace_and_comes_back_whole
    faults/test_scope.py::test_attachments_leave_with_their_unit_once_the_office_holds_them
a unit that enters brings its ledger, in the middle of a pull, too
    e2e/test_exchange.py::test_a_unit_that_enters_a_scope_brings_its_whole_ledger
    e2e/test_exchange.py::test_units_that_enter_the_scope_between_two_pages_are_fetched_whole
another group, another role, and back
    faults/test_roles.py::test_another_group_takes_nothing_with_it_and_loses_nothing
    faults/test_roles.py::test_whoever_may_write_no_longer_still_hands_in_what_was_written_before

# Backups that lie
a store's week-old backup, by command and by a file copied back, with laptops that hold others' entries alone
    faults/test_giving_back.py::test_laptops_that_give_back_in_any_order_bring_back_the_same
    faults/test_giving_back.py::test_one_office_laptop_alone_brings_back_everything_it_may_read
    faults/test_giving_back.py::test_restored_by_the_command_the_same_comes_back_into_a_new_log
    faults/test_restored_store.py::test_a_laptop_moved_to_an_empty_store_of_its_district_sends_everything_again
both sides of a chain that a restored store closed
    faults/test_closed_chains.py::test_the_other_side_of_a_chain_comes_back_whole_in_as_many_messages_as_it_takes
    faults/test_closed_chains.py::test_many_sides_of_one_chain_of_which_some_share_a_beginning_come_back_whole
    faults/test_closed_chains.py::test_the_other_side_comes_back_whole_by_stick_in_one_trip
    faults/test_model.py::test_whoever_gives_back_learns_what_was_written_again_and_is_kept_apart
    faults/test_model.py::test_a_release_holds_for_what_is_written_again_too
restored again, before a laptop has read it anew
    faults/test_model.py::test_a_store_restored_again_before_a_laptop_has_read_it_anew_is_given_back_to_again
a changed program that withholds receipts: one, the later ones, all; others first; twice; what was written again
    faults/test_withheld_receipts.py::test_whoever_shows_a_later_receipt_has_the_entry_held_until_the_office_rules
    faults/test_withheld_receipts.py::test_whoever_shows_none_is_judged_anew_until_somebody_brings_the_receipt
    faults/test_withheld_receipts.py::test_once_somebody_has_brought_the_receipt_nobody_raises_the_verdict
    faults/test_withheld_receipts.py::test_what_a_store_said_before_it_was_told_better_raises_nothing_in_the_next
    faults/test_withheld_receipts.py::test_what_the_store_wrote_again_needs_its_receipts_as_well
a laptop's old copy; a copied profile, used one after the other and at the same time
    faults/test_fork.py::test_a_laptop_restored_from_an_old_copy_goes_on_as_a_new_device
    faults/test_fork.py::test_a_laptop_rolled_back_with_nothing_unsent_fetches_its_own_and_keeps_its_name
    faults/test_fork.py::test_a_copied_profile_used_on_two_laptops_at_once_loses_nothing
    faults/test_twins.py::test_any_mix_of_copies_and_restorations_shows_every_edit_once
    faults/test_twins.py::test_nobody_takes_a_log_written_anew_for_the_one_she_has_read
    faults/test_twins.py::test_what_was_learned_of_entries_just_sent_is_of_the_log_it_was_learned_of
    faults/test_twins.py::test_an_attachment_is_sent_again_to_a_restored_store_that_got_its_record_from_somebody_else
    faults/test_attachments_again.py::test_an_attachment_is_sent_again_to_a_store_that_was_put_back_with_its_record_and_without_it
    faults/test_rulings_again.py::test_a_ruling_that_the_office_holds_is_told_again_by_a_store_that_had_lost_it
    sync/ledger/test_edit_identity.py::test_any_of_its_twins_are_one_edit_by_the_name_of_the_first
    faults/test_set_aside.py::test_what_a_fork_left_outside_of_any_chain_and_was_written_again_waits_for_nobody
    faults/test_fork.py::test_a_fork_is_told_in_one_sentence
    faults/test_fork.py::test_a_revoked_device_takes_those_that_follow_it_along_unless_it_alone_is_meant
    faults/test_processes.py::test_a_copied_profile_that_two_machines_use_at_the_same_time_loses_nothing

# The stick
both ways with receipts; twice, overtaken, another district's, cut or changed, of a revoked laptop, restored store
    faults/test_stick.py::test_a_day_goes_to_the_office_and_the_receipts_come_back
    faults/test_stick.py::test_an_answer_read_twice_or_overtaken_changes_nothing
    faults/test_stick.py::test_a_file_for_another_district_another_laptop_or_of_another_kind_is_said_and_changes_nothing
    faults/test_stick.py::test_a_request_that_is_cut_or_changed_anywhere_is_refused
    faults/test_stick.py::test_an_answer_that_is_cut_or_changed_anywhere_is_refused
    faults/test_stick.py::test_what_a_revoked_laptop_had_not_sent_is_kept_apart_and_receipted
    faults/test_stick.py::test_a_restored_store_gets_back_by_stick_what_it_lost
    faults/test_stick_restored.py::test_a_request_of_before_a_restoration_is_answered_after_it
    faults/test_stick_restored.py::test_an_answer_of_before_a_restoration_is_read_after_it
    faults/test_stick_counts.py::test_what_is_written_and_read_is_counted
    faults/test_stick_counts.py::test_writing_that_is_stopped_leaves_no_file_and_everything_unsent
    faults/test_stick_counts.py::test_reading_that_is_stopped_anywhere_goes_on_with_the_same_file
    faults/test_stick_attachments.py::test_requests_that_overtake_each_other_and_answers_read_twice_do_no_harm

# Attachments
cut in each mebibyte, both ways; the same one from two laptops at once
    faults/test_processes.py::test_an_attachment_cut_in_each_mebibyte_goes_on_where_it_stood
    faults/test_processes.py::test_one_attachment_that_two_laptops_send_at_once_is_there_once_and_whole
another's bytes under its name; a record without it, it without its record
    sync/central/log/test_blobs.py::test_bytes_that_are_not_the_names_are_thrown_away_and_spoil_nobody_elses
    sync/central/log/test_blobs.py::test_record_and_attachment_arrive_in_either_order_and_a_record_says_what_has_not

# Tampering shows
in a laptop's file and the store's database, every column; in a bundle and an exported file, every byte
    faults/test_tampering.py::test_what_was_put_in_is_found
    faults/test_tampering.py::test_the_first_wrong_entry_is_named_by_ledger_device_and_number
    faults/test_tampering.py::test_a_tail_cut_off_together_with_its_seal_is_shown_by_the_receipt
    sync/central/log/test_verify.py::test_what_was_tampered_with_is_found_and_named
    faults/test_evidence.py::test_any_byte_changed_and_any_line_lost_doubled_or_moved_is_found
a third party with the store's key alone
    faults/test_evidence.py::test_a_machine_that_never_joined_checks_it_by_command

# A liar is not believed
a store, or somebody in its place, that signs with another key, or rightly what was said to others or before
    faults/test_lying_store.py::test_what_another_key_has_signed_is_refused
    faults/test_lying_store.py::test_what_was_changed_after_it_was_signed_is_refused
    faults/test_lying_store.py::test_what_the_store_has_signed_for_somebody_else_is_refused
    faults/test_lying_store.py::test_a_receipt_for_what_was_never_sent_delivers_nothing
    faults/test_lying_store.py::test_what_the_store_said_before_is_refused_when_it_is_told_once_more
    faults/test_lying_store.py::test_what_a_restored_store_says_is_not_taken_for_an_older_answer
an entry in the place of another, whole in itself
    faults/test_lying_store.py::test_an_entry_in_whose_place_stands_another_is_refused_with_all_of_its_page
    sync/central/recovery/test_lying_laptop.py::test_a_chain_in_which_one_entry_was_replaced_is_not_taken_back
a forged receipt given to a restored store
    sync/central/recovery/test_lying_laptop.py::test_a_forged_receipt_keeps_nothing_apart_in_a_store_that_was_restored
    sync/central/recovery/test_lying_laptop.py::test_a_forged_receipt_recalls_nothing_that_was_accepted

# A lost laptop tells nothing
    faults/test_lost_laptop.py::test_of_staff_a_laptop_holds_only_the_names_it_shows
    faults/test_lost_laptop.py::test_no_byte_of_an_encrypted_profile_is_readable
    faults/test_lost_laptop.py::test_killed_at_every_line_of_a_change_the_profile_stays_readable
    faults/test_lost_laptop.py::test_the_private_key_stands_in_clear_in_no_file_of_an_encrypted_profile
    faults/test_lost_laptop.py::test_every_file_and_folder_the_program_makes_is_its_owners_alone
    supervisor_tui/screens/profile/test_passphrase.py::test_one_that_is_forgotten_is_set_aside_and_opens_again_once_remembered
    e2e/test_served.py::test_an_encrypted_profile_asks_for_its_passphrase_in_the_browser_and_shows_nothing_before

# Old and new programs
    faults/test_versions.py::test_a_laptop_too_old_for_its_store_is_told_so_keeps_all_and_goes_on_after_the_upgrade
    faults/test_versions.py::test_a_store_too_old_for_the_laptop_is_named_and_everything_is_kept
    faults/test_versions.py::test_a_store_that_does_not_name_the_question_it_answers_is_said_to_be_too_old
    faults/test_versions.py::test_kinds_and_fields_of_the_future_pass_through_old_programs_and_are_read_after_the_upgrade
a form reworded while three were away
    faults/test_meetings.py::test_a_form_reworded_while_three_were_away_keeps_what_each_answered_by_its_own_words

# Hostile input
texts on every screen, in commands, exports and searches (one list: `texts`)
    faults/test_hostile.py::test_a_hostile_text_typed_is_kept_harmless_or_refused_by_name
    faults/test_hostile_screens.py::test_text_is_shown_on_every_screen_and_never_acts
    faults/test_hostile_commands.py::test_whatever_is_typed_into_a_command_of_the_laptop_is_kept_harmless_or_refused_in_words
    faults/test_hostile_commands.py::test_what_a_command_of_the_laptop_prints_of_records_cannot_act
    faults/test_hostile_commands.py::test_whatever_is_typed_into_a_command_of_the_office_is_kept_harmless_or_refused_in_words
    faults/test_hostile_commands.py::test_what_a_command_of_the_office_prints_of_records_cannot_act
    faults/test_hostile_exports.py::test_no_report_lets_a_text_act_on_whoever_opens_it
    e2e/test_export_papers.py::test_nothing_in_a_record_can_act_on_whoever_opens_the_file
    e2e/test_export.py::test_the_csv_says_the_same_in_chinese_and_neutralises_formulas
bombs, deep JSON, huge numbers, doubled keys, wrong types, oversized heads, slow bodies, tricks with paths
    sync/central/http/test_http.py::test_a_decompression_bomb_is_too_large
    sync/central/http/test_hostile_http.py::test_nesting_without_end_is_malformed
    sync/central/http/test_hostile_http.py::test_a_number_no_database_holds_is_malformed
    sync/central/http/test_hostile_http.py::test_of_a_doubled_key_the_last_counts_and_nothing_breaks
    sync/central/http/test_http.py::test_another_content_type_is_refused
    sync/central/http/test_hostile_http.py::test_a_request_of_an_odd_shape_is_refused_and_the_line_hung_up
    sync/central/http/test_hostile_http.py::test_a_body_that_dribbles_is_cut_off_and_an_honest_slow_one_is_not
    sync/central/http/test_hostile_http.py::test_a_trick_with_a_blobs_path_finds_nothing
replayed and foreign tokens, guessed codes, another's device, foreign units, one's own follow-up
    sync/central/http/test_hostile_http.py::test_a_token_of_another_district_and_one_sent_again_after_its_laptop_was_revoked_open_nothing
    sync/central/http/test_hostile_http.py::test_a_code_is_guessed_at_from_one_address_or_many_only_so_often
    sync/central/http/test_hostile_http.py::test_a_device_cannot_write_as_another
    sync/central/http/test_hostile_http.py::test_a_group_writing_outside_its_units_is_kept_apart_over_http
    sync/central/http/test_hostile_http.py::test_who_reported_a_follow_up_cannot_verify_it
the store against its own description; fuzzed decoders
    sync/central/http/test_openapi.py::test_the_store_answers_as_it_describes_itself
    faults/test_fuzz.py::test_changed_messages_are_read_or_refused
every wrong input, counted: a clear error, or anything else
    faults/test_bad_inputs.py::test_a_wrong_input_gets_a_clear_error_and_nothing_else
any value a field may have, in edits of every kind (more by hand: `fields`)
    faults/test_field_values.py::test_values_on_the_edge_in_edits_of_every_kind_break_nothing
    faults/test_field_values.py::test_a_follow_up_of_which_only_later_edits_count_stands_at_nothing
any value, any sign, any time, judged alike at both ends; what was accepted once stays accepted
    faults/test_any_value.py::test_a_store_judges_any_value_as_a_laptop_would_and_no_proof_breaks
    faults/test_accepted_once.py::test_what_was_accepted_before_a_limit_is_accepted_again_by_a_restored_store
gateways, redirects, certificates, another store
    faults/test_ways.py::test_what_a_gateway_answers_is_told_in_a_sentence_of_its_own
    faults/test_ways.py::test_attachments_go_through_a_gateway_that_passes_get_and_post_alone
logs and reports of crashes
    faults/test_secrets.py::test_a_fault_of_the_store_is_logged_by_its_place_and_nothing_else
    faults/test_secrets.py::test_a_crash_of_the_workbench_leaves_its_place_and_no_word_of_a_record
    faults/test_crashes.py::test_a_fault_in_the_middle_of_a_command_of_the_laptop_tells_its_place_and_no_secret
    faults/test_crashes.py::test_a_fault_in_the_middle_of_a_command_of_the_office_tells_its_place_and_no_secret
    faults/test_crashes.py::test_a_fault_on_a_screen_tells_its_place_and_no_secret

# Any mix of all this (`world`, `lot`, `invariants`, `replaying`)
    faults/test_model.py::test_any_mix_of_work_and_faults_ends_in_one_state
    faults/test_repeat.py::test_a_seed_ends_in_the_same_files_byte_by_byte_in_another_process
"""
