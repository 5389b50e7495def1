<?php
/**
 * What the test asks of WordPress beside its pages: php commands.php FOLDER COMMAND [ARGUMENT]. Answers are JSON.
 */

list( , $folder, $command ) = $argv;
$argument = isset( $argv[3] ) ? $argv[3] : '';
$_SERVER += array(
	'HTTP_HOST'      => '127.0.0.1',
	'REQUEST_METHOD' => 'GET',
	'REQUEST_URI'    => '/',
	'REMOTE_ADDR'    => '127.0.0.1',
);
if ( 'install' === $command ) {
	( new mysqli( 'localhost', 'root', '', '', 0, $argument ) )->query( 'CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4' );
	define( 'WP_INSTALLING', true );
}
require $folder . '/wp-load.php';

/** Sets WordPress up: a theme, the plugin, open comments, none of WordPress's own rules about first comments. */
function test_install() {
	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	if ( ! is_blog_installed() ) {
		wp_install( 'Test', 'admin', 'admin@example.org', true, '', 'admin' );
	}
	$options = array(
		'permalink_structure'         => '/%postname%/',
		'comment_moderation'          => '0',
		'comment_previously_approved' => '0',
		'comments_notify'             => '0',
		'moderation_notify'           => '0',
		'comment_max_links'           => '50',
		'akismet_strictness'          => '0',
		'akismet_comment_form_privacy_notice' => 'hide',
		'active_plugins'              => array( 'akismet/akismet.php' ),
	);
	foreach ( $options as $name => $value ) {
		update_option( $name, $value );
	}
	switch_theme( 'test' );
	wp_insert_post(
		array(
			'post_title'     => 'Bread',
			'post_name'      => 'bread',
			'post_content'   => 'Six flours.',
			'post_status'    => 'publish',
			'comment_status' => 'open',
			'post_author'    => 1,
		)
	);
}

/** Every comment with its state and what was kept with it. */
function test_comments() {
	global $wpdb;
	$found = array();
	foreach ( $wpdb->get_results( "SELECT comment_ID, comment_approved, comment_content FROM $wpdb->comments", ARRAY_A ) as $comment ) {
		$comment['winnow']  = get_comment_meta( $comment['comment_ID'], '_winnow', true );
		$comment['history'] = wp_list_pluck( get_comment_meta( $comment['comment_ID'], 'akismet_history' ), 'event' );
		$found[]            = $comment;
	}
	return $found;
}

switch ( $command ) {
	case 'install':
		$answer = test_install();
		break;
	case 'about':
		flush_rewrite_rules();
		$answer = array(
			'wordpress' => get_bloginfo( 'version' ),
			'plugin'    => AKISMET_VERSION,
			'verified'  => Akismet::verify_key( Akismet::get_api_key() ),
		);
		break;
	case 'comments':
		$answer = test_comments();
		break;
	case 'recheck':
		delete_transient( 'winnow_silent' );
		$answer = Akismet::cron_recheck();
		break;
	case 'forget':
		$answer = delete_transient( 'winnow_silent' );
		break;
	case 'trash':
		foreach ( get_comments( array( 'search' => $argument ) ) as $comment ) {
			wp_trash_comment( $comment );
		}
		$answer = true;
		break;
	case 'password':
		$answer = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'Winnow ' . time() ) )[0];
		break;
	case 'export':
		require_once ABSPATH . 'wp-admin/includes/export.php';
		ob_start();
		@export_wp( array( 'content' => 'all' ) ); // its headers are of no use here
		$answer = ob_get_clean();
		break;
	case 'personal':
		$exporters = apply_filters( 'wp_privacy_personal_data_exporters', array() );
		$answer    = call_user_func( $exporters['winnow']['callback'], $argument, 1 );
		break;
	case 'erase':
		$erasers = apply_filters( 'wp_privacy_personal_data_erasers', array() );
		$answer  = call_user_func( $erasers['winnow']['callback'], $argument, 1 );
		break;
	default:
		exit( 1 );
}
echo wp_json_encode( $answer );
